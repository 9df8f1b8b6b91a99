import CKernels

extension Transformer {
    /// Whether exact arithmetic is known for this transformer: without relative positions, every row seeing all rows,
    /// as policies have them unless told otherwise.
    package var hasExactForm: Bool { layers.allSatisfy(\.attention.hasExactForm) }

    /// Computes all rows in exact arithmetic.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if rows have another length than `inputs`.
    package func applyExactly(_ input: Matrix, using workspace: Workspace) throws(TensorError) -> Matrix {
        guard input.columns == inputs else { throw DenseLayer.mismatch(found: input.columns, wanted: inputs) }
        let count = input.rows
        var output = Matrix()
        output.reshape(rows: count, columns: units)
        guard count > 0 else { return output }
        let positions = ExactPositions.rows(count, units: units)
        input.withUnsafeValues { from in
            output.withUnsafeMutableValues { to in
                workspace.frame {
                    let shape = PanelShape(exactRows: count)
                    let (features, x) = (workspace.take(shape.count(inputs)), workspace.take(shape.count(units)))
                    workspace.kernels.rows_to_panels(from, count, inputs, inputs, features, shape.width)
                    embedding.exactPanels(features, shape, to: x, using: workspace)
                    workspace.kernels.exact_place(x, Float(units).squareRoot(), positions, count, units)
                    for layer in layers { layer.exactPanels(x, shape, using: workspace) }
                    norm.exactPanels(x, shape, to: x, using: workspace)
                    workspace.kernels.panels_to_rows(x, count, units, units, to, shape.width)
                }
            }
        }
        return output
    }
}

extension TransformerLayer {
    fileprivate func exactPanels(_ x: UnsafeMutablePointer<Float>, _ shape: PanelShape, using workspace: Workspace) {
        workspace.frame {
            let y = workspace.take(shape.count(attention.units))
            let inner = workspace.take(shape.count(widen.outputs))
            attentionNorm.exactPanels(x, shape, to: y, using: workspace)
            attention.exactPanels(y, shape, addingTo: x, using: workspace)
            norm.exactPanels(x, shape, to: y, using: workspace)
            widen.exactPanels(y, shape, to: inner, using: workspace)
            workspace.kernels.exact_gelu(inner, shape.count(widen.outputs), ExactGelu.inGraph.rawValue)
            narrow.exactPanels(inner, shape, to: y, using: workspace)
            for index in 0..<shape.count(attention.units) { x[index] += y[index] }
        }
    }
}

extension Attention {
    fileprivate func exactPanels(
        _ x: UnsafePointer<Float>, _ shape: PanelShape, addingTo residual: UnsafeMutablePointer<Float>,
        using workspace: Workspace
    ) {
        workspace.frame {
            let count = shape.count(units)
            let (q, k, v) = (workspace.take(count), workspace.take(count), workspace.take(count))
            let (out, scores) = (workspace.take(count), workspace.take(shape.rows * shape.width))
            query.exactPanels(x, shape, to: q, using: workspace)
            key.exactPanels(x, shape, to: k, using: workspace)
            value.exactPanels(x, shape, to: v, using: workspace)
            workspace.kernels.exact_attention(q, k, v, out, scores, units, heads, shape.rows)
            output.exactPanels(out, shape, to: q, using: workspace)
            for index in 0..<count { residual[index] += q[index] }
        }
    }
}

extension LayerNorm {
    fileprivate func exactPanels(
        _ from: UnsafePointer<Float>, _ shape: PanelShape, to: UnsafeMutablePointer<Float>, using workspace: Workspace
    ) {
        workspace.kernels.exact_norm(from, to, gamma.count, shape.rows, gamma.values, beta.values)
    }
}
