import CKernels

/// From the features of labels to their embeddings, all labels once a batch. An action is a name or a text; what a label
/// is not adds nothing.
struct DialogueLabelSide: Sendable {
    /// The labels that have an attribute, and their encoder.
    private struct Column: Sendable {
        let encoder: AttributeEncoder
        let labels: [Int]
        let picks: [UInt32]
    }

    private let columns: [Column]
    private let count: Int
    private let encodingDimension: Int
    private let embedding: EmbeddingLayer

    init(
        _ options: DialogueOptions, _ data: DialogueData, in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        var columns: [Column] = []
        for column in data.labelColumns {
            var encoderOptions = options.encoders[.label(column.attribute)] ?? EncoderOptions()
            encoderOptions.dropout.dropsSparseInput = false
            encoderOptions.dropout.dropsDenseInput = false
            let shape = AttributeEncoder.Shape(
                name: "label_" + column.attribute.rawValue, options: encoderOptions,
                encodingDimension: options.encodingDimension, density: options.density, dropout: options.dropout,
                wantsAllRows: false)
            let labels = column.entries.indices.filter { column.entries[$0] >= 0 }
            columns.append(
                Column(
                    encoder: try AttributeEncoder(shape, column, in: &builder), labels: labels,
                    picks: labels.map { UInt32(column.entries[$0]) }))
        }
        self.columns = columns
        count = data.labelCount
        encodingDimension = options.encodingDimension
        embedding = try EmbeddingLayer(
            "embed.label", inputs: encodingDimension, outputs: options.similarity.dimension, in: &builder)
    }

    struct Trace {
        fileprivate let columns: [AttributeEncoder.Trace]
        fileprivate let embedding: EmbeddingLayer.Trace
    }

    /// Embeds all labels, row-major to `result`.
    func forward(to result: UnsafeMutablePointer<Float>, in pass: Pass) -> Trace {
        let sums = pass.zeros(count * encodingDimension)
        let traces = columns.map { column in
            let counts = column.encoder.counts(column.picks)
            column.encoder.begin(counts)
            let trace = column.encoder.forward(
                column.picks, before: AttributeEncoder.Counts(), longest: counts.longest, in: pass)
            for (row, label) in column.labels.enumerated() {
                RowArithmetic.add(
                    1, trace.rows + row * encodingDimension, to: sums + label * encodingDimension, encodingDimension)
            }
            return trace
        }
        let x = Panels.from(sums, rows: count, features: encodingDimension, in: pass)
        return Trace(columns: traces, embedding: embedding.forward(x, to: result, in: pass))
    }

    /// `gradients` is that of all embeddings, row-major.
    func backward(_ trace: Trace, _ gradients: UnsafePointer<Float>, in pass: Pass) {
        let dPanels = pass.zeroPanels(rows: count, features: encodingDimension)
        embedding.backward(trace.embedding, gradients, addingTo: dPanels, in: pass)
        let dSums = dPanels.rows(in: pass)
        for (column, trace) in zip(columns, trace.columns) {
            let dRows = pass.take(Float.self, trace.count * encodingDimension)
            for (row, label) in column.labels.enumerated() {
                (dRows + row * encodingDimension).update(
                    from: dSums + label * encodingDimension, count: encodingDimension)
            }
            column.encoder.backward(trace, dRows, in: pass)
        }
    }
}
