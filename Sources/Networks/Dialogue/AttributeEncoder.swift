import CKernels

/// From the features of one attribute to one row: the sum of a sparse and a dense part (`sparse_dense_concat_layer`), or a
/// text's last row (`sequence_layer`), and for what is told in turns a layer with gelu (`encoding_layer`).
struct AttributeEncoder: Sendable {
    private enum Source: Sendable {
        case features(FeatureInput)
        case text(TextEncoder, wanted: WantedRows)
    }

    /// The width of the rows that come out.
    let width: Int
    /// Whether equal features can come out as different rows.
    let isRandom: Bool
    private let source: Source
    private let layers: FeedForwardLayers?
    private let table: FeatureTable

    /// What its layers are like.
    struct Shape {
        /// As paths name it: `intent`, `label_action_name`.
        let name: String
        let options: EncoderOptions
        /// The width after `encoding_layer`; nil for none.
        let encodingDimension: Int?
        /// Of the encoding layer.
        let density: Double
        /// After the encoding layer.
        let dropout: Float
        /// Whether all rows of texts are wanted, and not the last ones only.
        let wantsAllRows: Bool
    }

    init(
        _ shape: Shape, _ column: AttributeColumn, in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        table = column.table
        let inner: (width: Int, isRandom: Bool)
        if column.attribute.isText {
            let text = try TextEncoder(
                "sequence_layer.\(shape.name)", table, options: shape.options, in: &builder)
            source = .text(text, wanted: shape.wantsAllRows ? .all : .last)
            inner = (text.width, text.isRandom)
        } else {
            guard let rows = table.sentence else { throw .unsuited("the attribute \(shape.name) has no features.") }
            let input = try FeatureInput(
                "sparse_dense_concat_layer.\(shape.name)", rows, denseDimension: shape.options.denseDimension,
                dropout: shape.options.dropout, in: &builder)
            source = .features(input)
            inner = (input.width, input.isRandom)
        }
        if let size = shape.encodingDimension {
            let layers = try FeedForwardLayers(
                "encoding_layer.\(shape.name)", inputs: inner.width, sizes: [size], density: shape.density,
                dropout: shape.dropout, in: &builder)
            self.layers = layers
            width = size
            isRandom = inner.isRandom || layers.isRandom
        } else {
            layers = nil
            (width, isRandom) = inner
        }
    }

    /// The width of a text's rows; nil of what is none.
    var textWidth: Int? { if case .text(let encoder, _) = source { encoder.width } else { nil } }

    /// Rows of a batch, or of its chunks before one.
    struct Counts: Sendable {
        var tokens = 0
        var rows = 0
        /// The most tokens of a text.
        var longest = 0

        mutating func add(_ other: Counts) {
            tokens += other.tokens
            rows += other.rows
            longest = max(longest, other.longest)
        }
    }

    /// What some entries of the table add to the counts.
    func counts(_ picks: [UInt32]) -> Counts {
        var counts = Counts(rows: picks.count)
        guard case .text(let encoder, let wanted) = source else { return counts }
        let onlyLast = Self.computesOnlyLast(encoder, wanted)
        for pick in picks {
            counts.tokens += TextChunk.tokens(Int(pick), table, onlyLast).count
            counts.longest = max(counts.longest, table.tokens(Int(pick)).count)
        }
        return counts
    }

    /// Whether only the last rows of texts are computed at all, as they do not see the others.
    private static func computesOnlyLast(_ encoder: TextEncoder, _ wanted: WantedRows) -> Bool {
        encoder.transformer == nil && wanted == .last
    }

    /// Makes room for the rows of a batch, of which chunks then compute theirs.
    func begin(_ counts: Counts) {
        switch source {
        case .features(let input): input.begin(rows: counts.rows)
        case .text(let encoder, _): encoder.combination.begin(tokens: counts.tokens, sentences: counts.rows)
        }
    }

    struct Trace {
        /// Row-major, [picks, width].
        let rows: UnsafeMutablePointer<Float>
        let count: Int
        /// The texts' rows and where they lie, if all are wanted.
        var text: (output: Panels, layout: RowLayout)? {
            if case .text(let trace, let chunk) = source { (trace.output, chunk.layout) } else { nil }
        }
        fileprivate let source: SourceTrace
        fileprivate let encoded: FeedForwardLayers.Trace?
    }

    fileprivate enum SourceTrace {
        case features(FeatureInput.Trace)
        case text(TextEncoder.Trace, TextChunk)
    }

    /// - Parameters:
    ///   - picks: Entries of the table; not empty.
    ///   - before: The rows of the chunks before.
    ///   - longest: The most tokens of a text in the batch.
    func forward(_ picks: [UInt32], before: Counts, longest: Int, in pass: Pass) -> Trace {
        let sourceTrace: SourceTrace
        var panels: Panels?
        switch source {
        case .features(let input):
            guard let rows = table.sentence else { preconditionFailure("an encoder without features") }
            let trace = picks.withUnsafeBufferPointer { input.forward(rows, $0, firstRow: before.rows, in: pass) }
            sourceTrace = .features(trace)
            guard layers != nil else {
                return Trace(rows: trace.output, count: picks.count, source: sourceTrace, encoded: nil)
            }
            panels = Panels.from(trace.output, rows: picks.count, features: input.width, in: pass)
        case .text(let encoder, let wanted):
            let chunk = TextChunk(
                picks.map { Int($0) }, of: table, onlyLast: Self.computesOnlyLast(encoder, wanted), longest: longest,
                firstToken: before.tokens, firstSentence: before.rows, in: pass)
            let trace = encoder.forward(encoder.prepare(chunk, in: pass), chunk.layout, wanted: wanted, in: pass)
            sourceTrace = .text(trace, chunk)
            panels =
                wanted == .last
                ? trace.output
                : EmbeddingLayer.pick(chunk.layout.lastRows, count: picks.count, of: trace.output, in: pass)
        }
        let encoded = panels.flatMap { x in layers.map { $0.forward(x, in: pass) } }
        let output = encoded?.output ?? panels
        return Trace(
            rows: output?.rows(in: pass) ?? pass.zeros(0), count: picks.count, source: sourceTrace, encoded: encoded)
    }

    /// - Parameters:
    ///   - dRows: The gradient of the rows that came out, row-major.
    ///   - dText: That of all rows of texts beside; nil for none.
    func backward(_ trace: Trace, _ dRows: UnsafePointer<Float>, text dText: Panels? = nil, in pass: Pass) {
        var dInner: Panels?
        if let layers, let encoded = trace.encoded {
            let dEncoded = Panels.from(dRows, rows: trace.count, features: width, in: pass)
            dInner = layers.backward(encoded, dEncoded, in: pass)
        }
        switch (source, trace.source) {
        case (.features(let input), .features(let features)):
            input.backward(features, dInner?.rows(in: pass) ?? UnsafeMutablePointer(mutating: dRows), in: pass)
        case (.text(let encoder, let wanted), .text(let text, let chunk)):
            let dLast = dInner ?? Panels.from(dRows, rows: trace.count, features: width, in: pass)
            guard wanted == .all else { return encoder.backward(text, dLast, chunk.layout, in: pass) }
            let dOutput = dText ?? pass.zeroPanels(rows: text.output.rows, features: encoder.width)
            dLast.add(to: dOutput, at: chunk.layout.lastRows, in: pass)
            encoder.backward(text, dOutput, chunk.layout, in: pass)
        default: break
        }
    }
}
