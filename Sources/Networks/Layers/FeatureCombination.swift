import CKernels

/// The features of texts as rows: one for each token, then the one of the whole text (Rasa's
/// `RasaFeatureCombiningLayer`). Where the two types have different widths, a layer each brings them to one.
///
/// That layer is where Rasa's padding leaves a trace: it makes something of the empty rows behind a text's tokens too,
/// and the first of them is where the row of the whole text is added. So in training the row of every text but the
/// batch's longest has what the layer makes of an empty row added to it.
package struct FeatureCombination: Sendable {
    /// The width of the rows that come out.
    package let width: Int
    private let sequence: Part?
    private let sentence: Part?

    private struct Part: Sendable {
        let input: FeatureInput
        let unify: FeedForwardLayers?
        let width: Int

        var isRandom: Bool { input.isRandom || unify?.isRandom == true }
    }

    /// A layer that keeps its weights under `path/_tf_layers`, for texts like those of a table.
    package init(
        _ path: String, _ features: FeatureTable, options: EncoderOptions, in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        func input(
            _ type: String, _ rows: FeatureRows?, _ builder: inout NetworkBuilder
        ) throws(NetworkTrainingError) -> FeatureInput? {
            guard let rows else { return nil }
            return try FeatureInput(
                "\(path)/_tf_layers/sparse_dense.\(type)", rows, denseDimension: options.denseDimension,
                dropout: options.dropout, in: &builder)
        }
        let sequence = try input("sequence", features.sequence, &builder)
        let sentence = try input("sentence", features.sentence, &builder)
        let differ = sequence.map { one in sentence.map { $0.width != one.width } ?? false } ?? false
        func part(
            _ type: String, _ input: FeatureInput?, _ builder: inout NetworkBuilder
        ) throws(NetworkTrainingError) -> Part? {
            guard let input else { return nil }
            guard differ else { return Part(input: input, unify: nil, width: input.width) }
            let unify = try FeedForwardLayers(
                "\(path)/_tf_layers/unify_dims_before_seq_sent_concat.\(type)", inputs: input.width,
                sizes: [options.concatDimension], density: options.density, dropout: options.dropout.rate,
                in: &builder)
            return Part(input: input, unify: unify, width: options.concatDimension)
        }
        self.sequence = try part("sequence", sequence, &builder)
        self.sentence = try part("sentence", sentence, &builder)
        width = self.sequence?.width ?? self.sentence?.width ?? 0
    }

    /// Whether equal texts can come out as different rows.
    package var isRandom: Bool { sequence?.isRandom == true || sentence?.isRandom == true }

    package struct Trace {
        package let output: Panels
        fileprivate let sequence: PartTrace?
        fileprivate let sentence: PartTrace?
    }

    fileprivate struct PartTrace {
        let input: FeatureInput.Trace
        let unify: FeedForwardLayers.Trace?
        /// The row of the output that each became.
        let places: UnsafeMutablePointer<UInt32>
        /// The rows of the output that an empty row was added to.
        let shorter: UnsafeBufferPointer<UInt32>
    }

    /// Makes room for the rows of a batch.
    package func begin(tokens: Int, sentences: Int) {
        sequence?.input.begin(rows: tokens)
        sentence?.input.begin(rows: sentences)
    }

    package func forward(_ batch: TextChunk, in pass: Pass) -> Trace {
        let output = pass.zeroPanels(rows: batch.layout.rows, features: width)
        func forward(
            _ part: Part?, _ features: FeatureRows?, _ rows: TextChunk.Rows, shorter: UnsafeBufferPointer<UInt32>
        ) -> PartTrace? {
            guard let part, let features else { return nil }
            let input = part.input.forward(features, rows.picks, firstRow: rows.first, in: pass)
            guard let unify = part.unify else {
                pass.kernels.rows_to_panels(
                    input.output, width, input.rows, width, rows.places, output.values, 1)
                return PartTrace(input: input, unify: nil, places: rows.places, shorter: shorter)
            }
            let inner = part.input.width
            let panels = pass.zeroPanels(rows: input.rows + shorter.count, features: inner)
            pass.kernels.rows_to_panels(input.output, inner, input.rows, inner, nil, panels.values, 0)
            let trace = unify.forward(panels, in: pass)
            pass.scoped {
                let unified = pass.take(Float.self, panels.rows * width)
                pass.kernels.panels_to_rows(trace.output.values, width, nil, panels.rows, unified, width)
                pass.kernels.rows_to_panels(unified, width, input.rows, width, rows.places, output.values, 1)
                pass.kernels.rows_to_panels(
                    unified + input.rows * width, width, shorter.count, width, shorter.baseAddress, output.values, 1)
            }
            return PartTrace(input: input, unify: trace, places: rows.places, shorter: shorter)
        }
        let none = UnsafeBufferPointer(rebasing: batch.shorter.prefix(0))
        let sequence = forward(sequence, batch.table.sequence, batch.tokens, shorter: batch.shorter)
        let sentence = forward(sentence, batch.table.sentence, batch.sentences, shorter: none)
        return Trace(output: output, sequence: sequence, sentence: sentence)
    }

    package func backward(_ trace: Trace, _ dy: Panels, in pass: Pass) {
        for (part, trace) in [(sequence, trace.sequence), (sentence, trace.sentence)] {
            guard let part, let trace else { continue }
            pass.scoped {
                let rows = trace.input.rows
                let all = rows + (part.unify == nil ? 0 : trace.shorter.count)
                guard all > 0 else { return }
                var gradient = pass.take(Float.self, all * width)
                pass.kernels.panels_to_rows(dy.values, width, trace.places, rows, gradient, width)
                if let unify = part.unify, let unified = trace.unify {
                    pass.kernels.panels_to_rows(
                        dy.values, width, trace.shorter.baseAddress, all - rows, gradient + rows * width, width)
                    let panels = pass.panels(rows: all, features: width)
                    pass.kernels.rows_to_panels(gradient, width, all, width, nil, panels.values, 0)
                    let dx = unify.backward(unified, panels, in: pass)
                    gradient = pass.take(Float.self, rows * dx.features)
                    pass.kernels.panels_to_rows(dx.values, dx.features, nil, rows, gradient, dx.features)
                }
                part.input.backward(trace.input, gradient, in: pass)
            }
        }
    }
}
