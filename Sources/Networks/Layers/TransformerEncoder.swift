import CKernels

/// Rows of sequences that learn of each other (Rasa's `TransformerEncoder`): projection, positions, layers, a last
/// normalisation. The gelu that follows in texts and dialogues is the caller's.
package struct TransformerEncoder: Sendable {
    package let units: Int
    let dropout: Float
    let embedding: LinearLayer
    let blocks: [TransformerBlock]
    let norm: NormLayer

    /// - Parameters:
    ///   - dropout: Of the numbers between layers.
    ///   - attentionDropout: Of the looks from row to row.
    package init(
        _ path: String, inputs: Int, options: TransformerOptions, density: Double, dropout: Float,
        attentionDropout: Float, in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        units = options.units
        self.dropout = dropout
        embedding = try LinearLayer(
            path + "/_embedding", inputs: inputs, outputs: units, density: density, isRegularized: true, in: &builder)
        var blocks: [TransformerBlock] = []
        for index in 0..<options.layers {
            blocks.append(
                try TransformerBlock(
                    "\(path)/_enc_layers/\(index)", options: options, density: density, dropout: dropout,
                    attentionDropout: attentionDropout, in: &builder))
        }
        self.blocks = blocks
        norm = try NormLayer(path + "/_layer_norm", features: units, in: &builder)
    }

    package struct Trace {
        package var output: Panels { norm.output }
        fileprivate let begin: Begin
        fileprivate let blocks: [TransformerBlock.Trace]
        fileprivate let norm: NormLayer.Trace
    }

    package func forward(_ x: Panels, _ layout: RowLayout, wanted: WantedRows = .all, in pass: Pass) -> Trace {
        let begin = begin(x, layout, in: pass)
        var traces: [TransformerBlock.Trace] = []
        var current = begin.output
        for (index, block) in blocks.enumerated() {
            let isLast = index == blocks.count - 1
            let trace = block.forward(current, layout, wanted: isLast ? wanted : .all, in: pass)
            current = trace.output
            traces.append(trace)
        }
        return Trace(begin: begin, blocks: traces, norm: norm.forward(current, in: pass))
    }

    /// The gradient of what went in.
    package func backward(_ trace: Trace, _ dy: Panels, _ layout: RowLayout, in pass: Pass) -> Panels {
        var dx = pass.panels(rows: dy.rows, features: units)
        norm.backward(trace.norm, dy, to: dx, accumulate: false, in: pass)
        for (block, trace) in zip(blocks, trace.blocks).reversed() {
            dx = block.backward(trace, dx, layout, in: pass)
        }
        return backward(trace.begin, dx, in: pass)
    }

    /// What blocks begin with: projected rows with their positions.
    fileprivate struct Begin {
        let output: Panels
        fileprivate let input: Panels
        fileprivate let dropout: Dropout?
    }

    private func begin(_ x: Panels, _ layout: RowLayout, in pass: Pass) -> Begin {
        let embedded = embedding.forward(x, in: pass)
        pass.kernels.scale_and_place(
            embedded.values, Float(units).squareRoot(), pass.positions(rows: layout.longest, units: units),
            layout.positions, x.rows, units)
        let dropout = pass.nextDropout(dropout)
        if dropout != nil {
            withDropout(dropout) {
                pass.kernels.dropout(embedded.values, embedded.values, embedded.numbers, $0, 0)
            }
        }
        return Begin(output: embedded, input: x, dropout: dropout)
    }

    /// The gradient of what went in; `dx` is that of what blocks began with.
    private func backward(_ begin: Begin, _ dx: Panels, in pass: Pass) -> Panels {
        if begin.dropout != nil {
            withDropout(begin.dropout) { pass.kernels.dropout(dx.values, dx.values, dx.numbers, $0, 0) }
        }
        pass.kernels.scale(dx.values, dx.numbers, Float(units).squareRoot())
        return embedding.backward(begin.input, dx, in: pass)
    }
}
