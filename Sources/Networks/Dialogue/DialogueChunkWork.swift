import CKernels

/// What one chunk of a batch of dialogues computes, forward and back, and keeps in between.
///
/// Unchecked: one thread works on it at a time.
final class DialogueChunkWork: @unchecked Sendable {
    private let network: DialogueNetwork
    private let data: DialogueData
    /// Whether only the latest turn's row is compared with labels; else all are.
    private let onlyLatest: Bool
    let pass: Pass
    var chunk: DialogueChunk

    private var turns: TurnRows?
    private var transformed: Transformed?
    /// After gelu.
    private var output: Panels?
    private var embedded: EmbeddingLayer.Trace?
    private(set) var tagged: TaggedTurns?
    /// How well the tags fit.
    private(set) var score = TagScore()

    private enum Transformed {
        case trace(TransformerEncoder.Trace)
        /// Without a transformer, the rows themselves.
        case none(Panels)

        var output: Panels {
            switch self {
            case .trace(let trace): trace.output
            case .none(let panels): panels
            }
        }
    }

    init(_ network: DialogueNetwork, _ data: DialogueData, onlyLatest: Bool, pass: Pass) {
        self.network = network
        self.data = data
        self.onlyLatest = onlyLatest
        self.pass = pass
        chunk = DialogueChunk(data)
    }

    /// The rows that are compared with labels.
    var rows: Int { onlyLatest ? chunk.examples.count : chunk.turns.count }

    /// Embeds what is compared with labels to `embeddings`, and computes the losses of tags.
    func forward(embeddings: UnsafeMutablePointer<Float>, field: Tagger.Field?) {
        let turns = TurnRows(chunk, network, in: pass)
        let transformed = transform(turns)
        let z = transformed.output
        let output = pass.panels(rows: z.rows, features: z.features)
        pass.kernels.gelu_forward(z.values, output.values, z.numbers, nil)
        embedded = network.embedding.forward(output, to: embeddings, in: pass)
        tagged = nil
        if let (tagger, column) = network.tagger, let field, let text = turns.text(of: column) {
            tagged = TaggedTurns(
                tagger, text.output, text.layout, output, chunk, column: column, tags: data.tags,
                onlyLatest: onlyLatest, field, in: pass)
        }
        (self.turns, self.transformed, self.output) = (turns, transformed, output)
    }

    /// Computes the gradients of the tags' logits for what each text counts, and how well the tags fit.
    func weigh(_ tagger: Tagger, _ field: Tagger.Field, weights: (_ loss: Float) -> Float) {
        score = tagged?.weigh(tagger, field, weights: weights, in: pass) ?? TagScore()
    }

    private func transform(_ turns: TurnRows) -> Transformed {
        let layout = turns.layout
        guard let transformer = network.transformer else {
            return .none(
                onlyLatest
                    ? EmbeddingLayer.pick(layout.starts, count: layout.sequences, of: turns.panels, in: pass)
                    : turns.panels)
        }
        return .trace(transformer.forward(turns.panels, layout, wanted: onlyLatest ? .first : .all, in: pass))
    }

    /// Adds to the gradients of all weights; `embeddings` is the gradient of what was embedded.
    func backward(embeddings: UnsafePointer<Float>) {
        guard let turns, let transformed, let output, let embedded else { return }
        let dOutput = pass.zeroPanels(rows: output.rows, features: output.features)
        network.embedding.backward(embedded, embeddings, addingTo: dOutput, in: pass)
        var text: (column: Int, gradient: Panels)?
        if let tagged, let (tagger, column) = network.tagger {
            text = (column, tagged.backward(tagger, addingTo: dOutput, in: pass))
        }
        pass.kernels.gelu_backward(
            transformed.output.values, dOutput.values, dOutput.values, dOutput.numbers, nil)
        turns.backward(untransform(transformed, dOutput, turns.layout), text: text, chunk, network, in: pass)
    }

    /// The gradient of the turns' rows.
    private func untransform(_ transformed: Transformed, _ dOutput: Panels, _ layout: RowLayout) -> Panels {
        switch transformed {
        case .trace(let trace):
            network.transformer?.backward(trace, dOutput, layout, in: pass) ?? dOutput
        case .none where onlyLatest:
            spread(dOutput, layout)
        case .none:
            dOutput
        }
    }

    /// A gradient of the latest turns as one of all.
    private func spread(_ dLatest: Panels, _ layout: RowLayout) -> Panels {
        let dAll = pass.zeroPanels(rows: layout.rows, features: dLatest.features)
        dLatest.add(to: dAll, at: layout.starts, in: pass)
        return dAll
    }
}
