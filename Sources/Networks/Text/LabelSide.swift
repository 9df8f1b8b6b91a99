import CKernels

/// From the features of labels to their embeddings: of all labels, and of those of a batch's examples.
///
/// Labels are bags of rows, or texts with an encoder like that of messages (`use_text_as_label`). Where nothing drops
/// out, equal labels have equal embeddings and each is computed once a batch; else the batch's labels are computed apart,
/// as Rasa does.
struct LabelSide: Sendable {
    private enum Encoder: Sendable {
        /// Summed rows, then layers.
        case bag(FeatureCombination, FeedForwardLayers)
        case text(TextEncoder)
    }

    private let table: FeatureTable
    private let encoder: Encoder
    private let embedding: EmbeddingLayer
    /// Whether equal labels can have different embeddings.
    let isRandom: Bool

    init(
        _ labels: FeatureTable, options: EncoderOptions, areTexts: Bool, dimension: Int,
        in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        table = labels
        var options = options
        options.dropout.dropsSparseInput = false
        options.dropout.dropsDenseInput = false
        let width: Int
        if areTexts {
            let text = try TextEncoder("sequence_layer.label", labels, options: options, in: &builder)
            encoder = .text(text)
            width = text.width
            isRandom = text.isRandom
        } else {
            let combination = try FeatureCombination(
                "feature_combining_layer.label", labels, options: options, in: &builder)
            let layers = try FeedForwardLayers(
                "ffnn.label", inputs: combination.width, sizes: options.hidden, density: options.density,
                dropout: options.dropout.rate, in: &builder)
            encoder = .bag(combination, layers)
            width = layers.outputs ?? combination.width
            isRandom = combination.isRandom || layers.isRandom
        }
        embedding = try EmbeddingLayer("embed.label", inputs: width, outputs: dimension, in: &builder)
    }

    var count: Int { table.count }

    struct Trace {
        fileprivate enum Encoded {
            case bag(FeatureCombination.Trace, rows: Panels, FeedForwardLayers.Trace)
            case text(TextEncoder.Trace)
        }

        fileprivate let chunk: TextChunk
        /// For each embedding the text of the chunk.
        fileprivate let texts: [Int]
        fileprivate let encoded: Encoded
        fileprivate let embedding: EmbeddingLayer.Trace
    }

    /// Embeds all labels and, after them, the wanted ones, row-major to `result`.
    func forward(_ wanted: [Int], to result: UnsafeMutablePointer<Float>, in pass: Pass) -> Trace {
        let all = Array(0..<table.count) + wanted
        // Rows of a bag are summed before anything drops out, unless layers of their own unify them.
        let isShared = if case .bag(let combination, _) = encoder { !combination.isRandom } else { false }
        let texts = isShared ? Array(0..<table.count) : all
        let onlyLast = if case .text(let encoder) = encoder { encoder.transformer == nil } else { false }
        let chunk = TextChunk(texts, of: table, onlyLast: onlyLast, firstToken: 0, firstSentence: 0, in: pass)
        switch encoder {
        case .bag(let combination, let layers):
            combination.begin(tokens: chunk.tokens.picks.count, sentences: chunk.sentences.picks.count)
            let combined = combination.forward(chunk, in: pass)
            let sums = isShared ? all : Array(all.indices)
            let rows = Self.bags(combined.output, chunk.layout, sums, in: pass)
            let trace = layers.forward(rows, in: pass)
            return Trace(
                chunk: chunk, texts: sums, encoded: .bag(combined, rows: rows, trace),
                embedding: embedding.forward(trace.output, to: result, in: pass))
        case .text(let encoder):
            encoder.combination.begin(tokens: chunk.tokens.picks.count, sentences: chunk.sentences.picks.count)
            let prepared = encoder.prepare(chunk, in: pass)
            let trace = encoder.forward(prepared, chunk.layout, wanted: .last, in: pass)
            return Trace(
                chunk: chunk, texts: all, encoded: .text(trace),
                embedding: embedding.forward(trace.output, to: result, in: pass))
        }
    }

    /// `gradients` is that of all embeddings of the forward pass, row-major.
    func backward(_ trace: Trace, _ gradients: UnsafePointer<Float>, in pass: Pass) {
        switch (encoder, trace.encoded) {
        case (.bag(let combination, let layers), .bag(let combined, let rows, let fed)):
            let dOutput = pass.zeroPanels(rows: rows.rows, features: embedding.inputs)
            embedding.backward(trace.embedding, gradients, addingTo: dOutput, in: pass)
            let dRows = layers.backward(fed, dOutput, in: pass)
            let dCombined = pass.zeroPanels(rows: combined.output.rows, features: combined.output.features)
            Self.spread(dRows, trace.chunk.layout, trace.texts, to: dCombined)
            combination.backward(combined, dCombined, in: pass)
        case (.text(let encoder), .text(let encoded)):
            let dOutput = pass.zeroPanels(rows: encoded.output.rows, features: encoder.width)
            embedding.backward(trace.embedding, gradients, addingTo: dOutput, in: pass)
            encoder.backward(encoded, dOutput, trace.chunk.layout, in: pass)
        default: break
        }
    }

    /// The sums of the rows of texts, one for each of `texts`.
    private static func bags(_ x: Panels, _ layout: RowLayout, _ texts: [Int], in pass: Pass) -> Panels {
        let sums = pass.zeroPanels(rows: texts.count, features: x.features)
        for (bag, text) in texts.enumerated() {
            for row in Int(layout.starts[text])..<Int(layout.starts[text + 1]) {
                let (to, from) = (sums.place(row: bag, feature: 0), x.place(row: row, feature: 0))
                for feature in 0..<x.features {
                    sums.values[to + feature * Panels.lanes] += x.values[from + feature * Panels.lanes]
                }
            }
        }
        return sums
    }

    /// Gives the gradient of each sum to its rows.
    private static func spread(_ dSums: Panels, _ layout: RowLayout, _ texts: [Int], to dx: Panels) {
        for (bag, text) in texts.enumerated() {
            for row in Int(layout.starts[text])..<Int(layout.starts[text + 1]) {
                let (from, to) = (dSums.place(row: bag, feature: 0), dx.place(row: row, feature: 0))
                for feature in 0..<dx.features {
                    dx.values[to + feature * Panels.lanes] += dSums.values[from + feature * Panels.lanes]
                }
            }
        }
    }
}
