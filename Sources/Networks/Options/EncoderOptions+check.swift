extension EncoderOptions {
    /// - Parameter isText: Whether texts are encoded, with rows for tokens and for the sentence.
    /// - Throws: ``NetworkTrainingError`` with `.unsuited`; names Rasa's option that no network can be made with.
    func check(isText: Bool = true) throws(NetworkTrainingError) {
        try Self.check("dense_dimension", [denseDimension])
        if isText { try Self.check("concat_dimension", [concatDimension]) }
        try Self.check("hidden_layers_sizes", hidden)
        guard density >= 0, density <= 1 else {
            throw .unsuited("'connection_density' is \(density), but must be from 0 to 1")
        }
        guard dropout.rate >= 0, dropout.rate < 1 else {
            throw .unsuited("'drop_rate' is \(dropout.rate), but must be from 0 to below 1")
        }
        guard dropout.attention >= 0, dropout.attention < 1 else {
            throw .unsuited("'drop_rate_attention' is \(dropout.attention), but must be from 0 to below 1")
        }
        try transformer.check()
    }

    static func check(_ name: String, _ sizes: [Int]) throws(NetworkTrainingError) {
        // Masked kernels number their inputs and outputs with 16 bits, and transformers widen to four times their size.
        for size in sizes where size < 1 || size > maxSize {
            throw .unsuited("'\(name)' is \(size), but must be from 1 to \(maxSize)")
        }
    }

    private static let maxSize = 16_383
}

extension TransformerOptions {
    func check() throws(NetworkTrainingError) {
        guard layers > 0 else { return }
        try EncoderOptions.check("transformer_size", [units])
        guard heads > 0, units % heads == 0 else {
            throw .unsuited(
                "'transformer_size' is \(units), but must be a multiple of 'number_of_attention_heads', \(heads)")
        }
        guard !usesRelativeKeys && !usesRelativeValues || (reach ?? 0) > 0 else {
            throw .unsuited("'max_relative_position' must be at least 1 where relative attention is used")
        }
    }
}

extension LearningOptions {
    func check() throws(NetworkTrainingError) {
        guard epochs > 0 else { throw .unsuited("'epochs' is \(epochs), but must be at least 1") }
        guard batchSizes.first > 0, batchSizes.last > 0 else {
            throw .unsuited("'batch_size' must be at least 1")
        }
    }
}

extension SimilarityOptions {
    func check() throws(NetworkTrainingError) {
        try EncoderOptions.check("embedding_dimension", [dimension])
        // Each example of a batch is compared with so many others.
        guard 1...10_000 ~= negatives else {
            throw .unsuited("'number_of_negative_examples' is \(negatives), but must be from 1 to 10000")
        }
    }
}
