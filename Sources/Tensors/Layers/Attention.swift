import CKernels
import Glibc
import Offloading

/// Multi-head attention of all rows to all rows, with relative positions if they were trained.
struct Attention: Sendable {
    let units: Int
    let heads: Int
    let unidirectional: Bool
    let query: DenseLayer
    let key: DenseLayer
    let value: DenseLayer
    let output: DenseLayer
    private let relativeKeys: RelativeTable?
    private let relativeValues: RelativeTable?

    /// Whether exact arithmetic is known for it: without relative positions, every row seeing all rows.
    var hasExactForm: Bool { relativeKeys == nil && relativeValues == nil && !unidirectional }

    init(_ weights: any WeightSource, units: Int, configuration: TransformerConfiguration) throws(TensorError) {
        let heads = configuration.heads
        guard heads > 0, units.isMultiple(of: heads) else {
            throw TensorError(
                .wrongShape, "A transformer of \(units) units cannot have \(heads) heads (number_of_attention_heads).")
        }
        self.units = units
        self.heads = heads
        unidirectional = configuration.unidirectional
        query = try DenseLayer(weights.scope("_query_dense_layer"), inputs: units, outputs: units)
        key = try DenseLayer(weights.scope("_key_dense_layer"), inputs: units, outputs: units)
        value = try DenseLayer(weights.scope("_value_dense_layer"), inputs: units, outputs: units)
        output = try DenseLayer(weights.scope("_output_dense_layer"), inputs: units, outputs: units)
        relativeKeys = try RelativeTable(weights, "key_relative_embeddings", units / heads, configuration)
        relativeValues = try RelativeTable(weights, "value_relative_embeddings", units / heads, configuration)
    }

    /// The attention of all rows; `x` is normalised, the result is added to `residual`.
    func panels(
        _ x: UnsafePointer<Float>, _ shape: PanelShape, addingTo residual: UnsafeMutablePointer<Float>,
        using workspace: Workspace
    ) {
        workspace.frame {
            let count = shape.count(units)
            let (q, out) = (workspace.take(count), workspace.take(count))
            query.panels(x, shape, to: q, accumulate: false, using: workspace)
            attend(q, shape, first: 0, keysOf: x, shape, out: out, using: workspace)
            output.panels(out, shape, to: residual, accumulate: true, using: workspace)
        }
    }

    /// The attention of one row to all; `x` is normalised, the result is added to `residual`, one row.
    func row(
        _ row: Int, of x: UnsafePointer<Float>, _ shape: PanelShape, addingTo residual: UnsafeMutablePointer<Float>,
        using workspace: Workspace
    ) {
        workspace.frame {
            let one = PanelShape(rows: 1, level: workspace.level)
            let (input, result) = (workspace.take(units), workspace.take(units))
            let (q, out) = (workspace.take(one.count(units)), workspace.take(one.count(units)))
            shape.copyRow(row, features: units, from: x, to: input)
            query.row(input, to: result, accumulate: false, using: workspace)
            workspace.kernels.rows_to_panels(result, 1, units, units, q, one.width)
            attend(q, one, first: row, keysOf: x, shape, out: out, using: workspace)
            one.copyRow(0, features: units, from: out, to: input)
            output.row(input, to: residual, accumulate: true, using: workspace)
        }
    }

    /// Keys and values of all rows of `x`, and the sums that the queries see.
    private func attend(
        _ q: UnsafePointer<Float>, _ queries: PanelShape, first: Int, keysOf x: UnsafePointer<Float>,
        _ keys: PanelShape, out: UnsafeMutablePointer<Float>, using workspace: Workspace
    ) {
        let (k, v) = (workspace.take(keys.count(units)), workspace.take(keys.count(units)))
        key.panels(x, keys, to: k, accumulate: false, using: workspace)
        value.panels(x, keys, to: v, accumulate: false, using: workspace)
        let scores = workspace.take(keys.rows * queries.width)
        // The work grows with queries times keys, so the queries of a long text go in parts of about the same work.
        let part = max(1, Self.scoresAtOnce / (keys.rows * queries.width)) * queries.width
        for start in stride(from: 0, to: queries.rows, by: part) {
            if start > 0 { Checkpoint.yield() }
            var parameters = parley_attention(
                units: units, heads: heads, queries: min(part, queries.rows - start), first_query: first + start,
                query_width: queries.width, q: q + start * units, out: out + start * units, keys: keys.rows,
                key_width: keys.width, k: k, v: v, scores: scores, relative_keys: relativeKeys?.values.values,
                relative_values: relativeValues?.values.values, relative_keys_reach: relativeKeys?.reach ?? 0,
                relative_values_reach: relativeValues?.reach ?? 0, unidirectional: unidirectional ? 1 : 0)
            workspace.kernels.attention(&parameters)
        }
    }

    /// So many scores take some milliseconds.
    private static let scoresAtOnce = 1 << 18
}

/// Embeddings of the distance between query and key, per head.
private struct RelativeTable: Sendable {
    let values: WeightVector
    /// The largest distance that has a row of its own.
    let reach: Int

    init?(
        _ weights: any WeightSource, _ name: String, _ depth: Int, _ configuration: TransformerConfiguration
    ) throws(TensorError) {
        guard let tensor = try weights.optional(name) else { return nil }
        guard tensor.shape.count == 3, tensor.shape[0] == configuration.heads, tensor.shape[2] == depth,
            tensor.shape[1] > 0, configuration.unidirectional || tensor.shape[1] % 2 == 1
        else { throw weights.wrongShape(name, tensor, "[\(configuration.heads), odd, \(depth)]") }
        values = try WeightVector(tensor, name: weights.name(name))
        reach = configuration.unidirectional ? tensor.shape[1] - 1 : (tensor.shape[1] - 1) / 2
    }
}
