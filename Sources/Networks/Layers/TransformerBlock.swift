import CKernels

/// One layer of a transformer (Rasa's `TransformerEncoderLayer`): normalise and attend, normalise and feed forward, each
/// added to what went in.
struct TransformerBlock: Sendable {
    let units: Int
    let dropout: Float
    let attentionNorm: NormLayer
    let attention: AttentionLayer
    private let norm: NormLayer
    private let widen: LinearLayer
    private let narrow: LinearLayer

    init(
        _ path: String, options: TransformerOptions, density: Double, dropout: Float, attentionDropout: Float,
        in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        units = options.units
        self.dropout = dropout
        attentionNorm = try NormLayer(path + "/_layer_norm", features: units, in: &builder)
        attention = try AttentionLayer(
            path + "/_mha", options: options, density: density, dropout: attentionDropout, in: &builder)
        norm = try NormLayer(path + "/_ffn_layers/0", features: units, in: &builder)
        widen = try LinearLayer(
            path + "/_ffn_layers/1", inputs: units, outputs: 4 * units, density: density, isRegularized: false,
            in: &builder)
        narrow = try LinearLayer(
            path + "/_ffn_layers/3", inputs: 4 * units, outputs: units, density: density, isRegularized: false,
            in: &builder)
    }

    fileprivate enum Attention {
        case all(AttentionLayer.Trace)
        /// Of one row of each sequence.
        case one(AttentionLayer.OneTrace, picks: UnsafePointer<UInt32>)

        var output: Panels {
            switch self {
            case .all(let trace): trace.output
            case .one(let trace, _): trace.output
            }
        }
    }

    struct Trace {
        var output: Panels { fed.output }
        fileprivate let attentionNorm: NormLayer.Trace
        fileprivate let attention: Attention
        fileprivate let attentionDropout: Dropout?
        fileprivate let fed: FeedTrace
    }

    struct FeedTrace {
        let output: Panels
        fileprivate let norm: NormLayer.Trace
        fileprivate let wide: Panels
        fileprivate let activated: Panels
        fileprivate let wideDropout: Dropout?
        fileprivate let narrowDropout: Dropout?
    }

    func forward(_ x: Panels, _ layout: RowLayout, wanted: WantedRows = .all, in pass: Pass) -> Trace {
        let attentionNorm = attentionNorm.forward(x, in: pass)
        let attended: Attention
        var base = x
        if let picks = layout.rows(wanted) {
            attended = .one(attention.forwardOne(attentionNorm.output, picks, layout, in: pass), picks: picks)
            base = EmbeddingLayer.pick(picks, count: layout.sequences, of: x, in: pass)
        } else {
            attended = .all(attention.forward(attentionNorm.output, layout, in: pass))
        }
        let attentionDropout = pass.nextDropout(dropout)
        let middle = sum(base, attended.output, attentionDropout, in: pass)
        return Trace(
            attentionNorm: attentionNorm, attention: attended, attentionDropout: attentionDropout,
            fed: feed(middle, in: pass))
    }

    /// The second half: normalise and feed forward.
    func feed(_ middle: Panels, in pass: Pass) -> FeedTrace {
        let norm = norm.forward(middle, in: pass)
        let wide = widen.forward(norm.output, in: pass)
        let wideDropout = pass.nextDropout(dropout)
        let activated = pass.panels(rows: wide.rows, features: wide.features)
        withDropout(wideDropout) { pass.kernels.gelu_forward(wide.values, activated.values, wide.numbers, $0) }
        let narrow = narrow.forward(activated, in: pass)
        let narrowDropout = pass.nextDropout(dropout)
        return FeedTrace(
            output: sum(middle, narrow, narrowDropout, in: pass), norm: norm, wide: wide, activated: activated,
            wideDropout: wideDropout, narrowDropout: narrowDropout)
    }

    /// The gradient of what went in; `dy`, that of what came out, is overwritten.
    func backward(_ trace: Trace, _ dy: Panels, _ layout: RowLayout, in pass: Pass) -> Panels {
        backward(trace.fed, dy, in: pass)
        switch trace.attention {
        case .all(let attended):
            pass.scoped {
                let dAttention = dropped(dy, trace.attentionDropout, in: pass)
                let dNorm = pass.panels(rows: dy.rows, features: units)
                attention.backward(attended, dAttention, to: dNorm, layout, in: pass)
                attentionNorm.backward(trace.attentionNorm, dNorm, to: dy, accumulate: true, in: pass)
            }
            return dy
        case .one(let attended, let picks):
            let dx = pass.panels(rows: layout.rows, features: units)
            pass.scoped {
                let dAttention = dropped(dy, trace.attentionDropout, in: pass)
                let dNorm = pass.panels(rows: layout.rows, features: units)
                attention.backwardOne(attended, dAttention, to: dNorm, layout, in: pass)
                attentionNorm.backward(trace.attentionNorm, dNorm, to: dx, accumulate: false, in: pass)
                dy.add(to: dx, at: picks, in: pass)
            }
            return dx
        }
    }

    /// Turns the gradient of what came out of the second half into that of what went in.
    func backward(_ trace: FeedTrace, _ dx: Panels, in pass: Pass) {
        pass.scoped {
            let dNarrow = dropped(dx, trace.narrowDropout, in: pass)
            narrow.learn(trace.activated, dNarrow, in: pass)
            let dWide = pass.panels(rows: dx.rows, features: widen.outputs)
            narrow.propagate(dNarrow, to: dWide, in: pass)
            withDropout(trace.wideDropout) {
                pass.kernels.gelu_backward(trace.wide.values, dWide.values, dWide.values, dWide.numbers, $0)
            }
            let dNorm = widen.backward(trace.norm.output, dWide, in: pass)
            norm.backward(trace.norm, dNorm, to: dx, accumulate: true, in: pass)
        }
    }

    /// x + dropout(y)
    func sum(_ x: Panels, _ y: Panels, _ dropout: Dropout?, in pass: Pass) -> Panels {
        let result = pass.panels(rows: x.rows, features: x.features)
        result.values.update(from: x.values, count: x.numbers)
        withDropout(dropout) { pass.kernels.dropout(y.values, result.values, y.numbers, $0, 1) }
        return result
    }

    /// The gradient of what went into a dropout.
    func dropped(_ dy: Panels, _ dropout: Dropout?, in pass: Pass) -> Panels {
        guard dropout != nil else { return dy }
        let result = pass.panels(rows: dy.rows, features: dy.features)
        withDropout(dropout) { pass.kernels.dropout(dy.values, result.values, dy.numbers, $0, 0) }
        return result
    }
}
