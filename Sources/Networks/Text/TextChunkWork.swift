import CKernels

/// What one chunk of a batch of texts computes, forward and back, and keeps in between.
///
/// Unchecked: one thread works on it at a time.
final class TextChunkWork: @unchecked Sendable {
    private let network: TextNetwork
    private let data: TextData
    let pass: Pass

    private var chunk: TextChunk?
    private var prepared: TextEncoder.Prepared?
    private var encoded: TextEncoder.Trace?
    private var embedded: EmbeddingLayer.Trace?
    private var guessed: WordGuess.Trace?
    private(set) var tagged: [Tagger.Trace] = []
    /// How well the tags fit, by tagger; after ``weigh(_:weights:)``.
    private(set) var scores: [TagScore] = []

    init(_ network: TextNetwork, _ data: TextData, pass: Pass) {
        self.network = network
        self.data = data
        self.pass = pass
    }

    /// What a chunk must know of its batch.
    struct Place {
        /// The most tokens of a text.
        var longest: Int
        /// Token rows and texts in the chunks before.
        var firstToken: Int
        var firstText: Int
    }

    /// Computes the rows before the transformer.
    func prepare(_ texts: ArraySlice<Int>, _ place: Place) {
        let chunk = TextChunk(
            texts, of: data.texts, onlyLast: network.skipsTokens, longest: place.longest,
            firstToken: place.firstToken, firstSentence: place.firstText, in: pass)
        prepared = network.text.prepare(chunk, in: pass)
        self.chunk = chunk
        tagged.removeAll(keepingCapacity: true)
        guessed = nil
    }

    /// The rows before the transformer, and their lowest and highest number.
    var rows: (panels: Panels, range: ClosedRange<Float>)? {
        guard let panels = prepared?.rows else { return nil }
        var (lowest, highest): (Float, Float) = (0, 0)
        for index in 0..<panels.numbers {
            lowest = min(lowest, panels.values[index])
            highest = max(highest, panels.values[index])
        }
        return (panels, lowest...highest)
    }

    /// Encodes the texts, embeds what is compared with labels to `embeddings`, and begins with the tags.
    func encode(
        _ texts: ArraySlice<Int>, seeing seen: Panels? = nil, embeddings: UnsafeMutablePointer<Float>,
        fields: [Tagger.Field], needsLosses: Bool
    ) {
        guard let chunk, let prepared else { return }
        let encoded = network.text.forward(
            prepared, seeing: seen, chunk.layout, wanted: network.onlyLast ? .last : .all, in: pass)
        let picks = network.onlyLast ? nil : UnsafePointer(chunk.layout.lastRows)
        embedded = network.textEmbedding?.forward(
            encoded.output, picks, count: chunk.layout.sequences, to: embeddings, in: pass)
        if !network.taggers.isEmpty {
            let truths = truths(texts, chunk)
            for (index, tagger) in network.taggers.enumerated() {
                let trace = tagger.forward(encoded.output, truths[index], in: pass)
                if needsLosses { tagger.judge(trace, fields[index], in: pass) }
                tagged.append(trace)
            }
        }
        self.encoded = encoded
    }

    /// Encodes the texts with hidden words, and embeds guesses and words too.
    func encode(
        _ texts: ArraySlice<Int>, hiding hidden: WordGuess.Hidden, among batch: WordGuess.BatchRows,
        noise: (_ row: Int, _ feature: Int) -> Float, guesses: UnsafeMutablePointer<Float>,
        goldens: UnsafeMutablePointer<Float>, embeddings: UnsafeMutablePointer<Float>, fields: [Tagger.Field],
        needsLosses: Bool
    ) {
        guard let words = network.words, let prepared else { return }
        let seen = words.hide(hidden, of: prepared.rows, among: batch, noise: noise, in: pass)
        encode(texts, seeing: seen, embeddings: embeddings, fields: fields, needsLosses: needsLosses)
        guard let output = encoded?.output else { return }
        guessed = words.forward(
            hidden, output: output, words: prepared.rows, guesses: guesses, goldens: goldens, in: pass)
    }

    /// Computes the gradients of the logits, for what each text counts, and how well the tags fit.
    func weigh(_ fields: [Tagger.Field], weights: (_ tagger: Int, _ text: Int) -> Float) {
        scores.removeAll(keepingCapacity: true)
        for (index, tagger) in network.taggers.enumerated() {
            let count = chunk?.layout.sequences ?? 0
            let counts = pass.take(Float.self, count)
            for text in 0..<count { counts[text] = weights(index, text) }
            tagger.differentiate(tagged[index], fields[index], weights: counts, in: pass)
            var score = TagScore()
            tagger.score(tagged[index], weights: counts, into: &score)
            scores.append(score)
        }
    }

    /// Adds to the gradients of all weights, from those of what was embedded.
    func backward(
        embeddings: UnsafePointer<Float>, guesses: UnsafePointer<Float>, goldens: UnsafePointer<Float>
    ) {
        guard let chunk, let encoded else { return }
        let dOutput = pass.zeroPanels(rows: encoded.output.rows, features: network.text.width)
        if let embedded {
            network.textEmbedding?.backward(embedded, embeddings, addingTo: dOutput, in: pass)
        }
        for (tagger, trace) in zip(network.taggers, tagged) { tagger.backward(trace, addingTo: dOutput, in: pass) }
        guard let words = network.words, let guessed else {
            return network.text.backward(encoded, dOutput, chunk.layout, in: pass)
        }
        words.backward(guessed, guesses: guesses, addingTo: dOutput, in: pass)
        network.text.backward(
            encoded, dOutput, chunk.layout,
            changing: { [pass] in words.unhide(guessed, goldens: goldens, $0, in: pass) }, in: pass)
    }

    /// The right tags of all rows, for each tagger.
    private func truths(_ texts: ArraySlice<Int>, _ chunk: TextChunk) -> [Tagger.Truth] {
        let lengths = pass.take(UInt32.self, texts.count)
        for (index, text) in texts.enumerated() { lengths[index] = UInt32(data.texts.tokens(text).count) }
        var entities: UnsafePointer<Int32>?
        return network.taggers.indices.map { set in
            let tags = pass.take(Int32.self, chunk.layout.rows)
            tags.update(repeating: 0, count: chunk.layout.rows)
            for (token, row) in chunk.tokens.picks.enumerated() {
                tags[Int(chunk.tokens.places[token])] = data.tags[set][Int(row)]
            }
            if network.taggers[set].tags.kind == .entity { entities = UnsafePointer(tags) }
            return Tagger.Truth(
                tags: tags, entities: entities ?? UnsafePointer(tags), starts: chunk.layout.starts, lengths: lengths,
                texts: texts.count, longest: chunk.layout.longest)
        }
    }
}
