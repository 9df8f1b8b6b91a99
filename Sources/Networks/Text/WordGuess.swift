import CKernels

/// Hidden words and the layers that guess them (`use_masked_language_model`).
struct WordGuess: Sendable {
    private let width: Int
    /// What stands for a hidden word.
    private let mask: Parameter
    /// Of what the network made of the hidden words.
    private let guess: EmbeddingLayer
    /// Of the words themselves, before they were hidden.
    private let golden: EmbeddingLayer

    init(
        _ text: TextEncoder, _ texts: FeatureTable, dimension: Int, in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        let place = "sequence_layer.text/_tf_layers"
        width = text.inputWidth
        mask = try builder.parameter(place + "/mlm_input_mask/mask_vector", [1, 1, text.inputWidth], .glorot)
        if let sequence = texts.sequence, sequence.denseWidth == 0, let width = sequence.sparseWidth {
            // Rasa tells words apart by it; here they are told apart by their features, and it is kept for the archive.
            _ = try builder.constant(place + "/sparse_to_dense_for_token_ids/kernel", [width, 2])
        }
        guess = try EmbeddingLayer("embed.text_lm_mask", inputs: text.width, outputs: dimension, in: &builder)
        golden = try EmbeddingLayer(
            "embed.text_golden_token", inputs: text.inputWidth, outputs: dimension, in: &builder)
    }

    /// The hidden words of one chunk.
    struct Hidden {
        /// Their rows in the chunk.
        let rows: UnsafeBufferPointer<UInt32>
        /// The number of the chunk's first row in the batch.
        let firstRow: Int
        let substitutes: ArraySlice<HiddenWords.Substitute>
    }

    /// The rows of a batch, chunk by chunk.
    struct BatchRows {
        /// The rows of each chunk before words are hidden.
        let chunks: [Panels]
        /// The number of each chunk's first row in the batch.
        let firsts: [Int]
        /// The lowest and highest number of all.
        let range: ClosedRange<Float>

        fileprivate func find(_ row: Int) -> (panels: Panels, row: Int)? {
            guard let chunk = firsts.lastIndex(where: { $0 <= row }) else { return nil }
            return (chunks[chunk], row - firsts[chunk])
        }
    }

    /// A chunk's rows with substitutes in place of hidden words.
    ///
    /// - Parameter noise: From 0 to 1, for a row of the batch and a feature.
    func hide(
        _ hidden: Hidden, of rows: Panels, among batch: BatchRows, noise: (_ row: Int, _ feature: Int) -> Float,
        in pass: Pass
    ) -> Panels {
        let seen = pass.panels(rows: rows.rows, features: rows.features)
        seen.values.update(from: rows.values, count: rows.numbers)
        for (row, substitute) in zip(hidden.rows, hidden.substitutes) {
            let place = seen.place(row: Int(row), feature: 0)
            for feature in 0..<width {
                let index = place + feature * Panels.lanes
                switch substitute {
                case .vector: seen.values[index] = pass.value(mask)[feature]
                case .row(let other):
                    guard let (from, row) = batch.find(Int(other)) else { break }
                    seen.values[index] = from.values[from.place(row: row, feature: feature)]
                case .noise:
                    let share = noise(hidden.firstRow + Int(row), feature)
                    seen.values[index] =
                        batch.range.lowerBound + share * (batch.range.upperBound - batch.range.lowerBound)
                case .itself: break
                }
            }
        }
        return seen
    }

    /// What the backward pass needs of guesses and words.
    struct Trace {
        fileprivate let hidden: Hidden
        fileprivate let guess: EmbeddingLayer.Trace
        fileprivate let golden: EmbeddingLayer.Trace
    }

    /// Embeds the guesses for hidden words and the words themselves, row-major.
    func forward(
        _ hidden: Hidden, output: Panels, words: Panels, guesses: UnsafeMutablePointer<Float>,
        goldens: UnsafeMutablePointer<Float>, in pass: Pass
    ) -> Trace {
        let count = hidden.rows.count
        return Trace(
            hidden: hidden,
            guess: guess.forward(output, hidden.rows.baseAddress, count: count, to: guesses, in: pass),
            golden: golden.forward(words, hidden.rows.baseAddress, count: count, to: goldens, in: pass))
    }

    /// Adds the gradient of the network's output to `dOutput`.
    func backward(_ trace: Trace, guesses: UnsafePointer<Float>, addingTo dOutput: Panels, in pass: Pass) {
        guess.backward(trace.guess, guesses, addingTo: dOutput, in: pass)
    }

    /// Turns the gradient of what the transformer saw into that of the words.
    func unhide(_ trace: Trace, goldens: UnsafePointer<Float>, _ dx: Panels, in pass: Pass) {
        let vector = pass.gradient(mask)
        for (row, substitute) in zip(trace.hidden.rows, trace.hidden.substitutes) where substitute != .itself {
            let place = dx.place(row: Int(row), feature: 0)
            for feature in 0..<width {
                let index = place + feature * Panels.lanes
                if substitute == .vector { vector[feature] += dx.values[index] }
                dx.values[index] = 0
            }
        }
        golden.backward(trace.golden, goldens, addingTo: dx, in: pass)
    }
}
