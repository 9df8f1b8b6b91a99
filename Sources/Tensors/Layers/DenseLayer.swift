import CKernels

/// Rows times a kernel, plus a bias if there is one.
///
/// Kernels with many zeros are kept in packed form: as the weights offer it, or packed when the layer is made.
package struct DenseLayer: Sendable {
    /// The length of the rows that go in.
    package let inputs: Int
    /// The length of the rows that come out.
    package let outputs: Int
    let form: Form
    let bias: WeightVector?

    enum Form: Sendable {
        case dense(WeightVector)
        case packed(PackedKernel)
    }

    /// A layer from `kernel` ([inputs, outputs]) and `bias` ([outputs], optional) of a place.
    ///
    /// - Throws: ``TensorError``; names the tensor that is missing or does not fit.
    package init(_ weights: any WeightSource) throws(TensorError) {
        try self.init(weights, inputs: nil, outputs: nil)
    }

    /// A layer of known sides; nil stands for any.
    init(_ weights: any WeightSource, inputs: Int?, outputs: Int?) throws(TensorError) {
        let kernel = try weights.matrix("kernel", rows: inputs, columns: outputs)
        self.inputs = kernel.shape[0]
        self.outputs = kernel.shape[1]
        bias = try weights.vector("bias", count: kernel.shape[1])
        form = try Self.form(of: kernel, name: weights.name("kernel"))
    }

    private static func form(of kernel: WeightTensor, name: String) throws(TensorError) -> Form {
        if let bytes = kernel.packed {
            let packed = try PackedKernel(mapped: bytes, owner: kernel.owner)
            guard [packed.inputs, packed.outputs] == kernel.shape else {
                throw TensorError(.wrongShape, "The packed form of the weights \(name) has another shape than they.")
            }
            return .packed(packed)
        }
        if let packed = try PackedKernel(packing: kernel.values, inputs: kernel.shape[0], outputs: kernel.shape[1]) {
            return .packed(packed)
        }
        return .dense(try WeightVector(kernel, name: name))
    }

    /// Computes all rows.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if the rows have another length than `inputs`.
    package func apply(_ input: Matrix, to output: inout Matrix, using workspace: Workspace) throws(TensorError) {
        guard input.columns == inputs else { throw Self.mismatch(found: input.columns, wanted: inputs) }
        output.reshape(rows: input.rows, columns: outputs)
        input.withUnsafeValues { from in
            output.withUnsafeMutableValues { to in
                rows(from, count: input.rows, to: to, using: workspace)
            }
        }
    }

    /// All rows in a matrix of its own, for what is computed once.
    package func apply(_ input: Matrix, using workspace: Workspace) throws(TensorError) -> Matrix {
        var output = Matrix()
        try apply(input, to: &output, using: workspace)
        return output
    }

    /// Rows to rows, both without gaps.
    func rows(_ from: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>, using workspace: Workspace) {
        switch form {
        case .dense(let kernel):
            workspace.kernels.dense_product(
                from, count, inputs, kernel.values, inputs, outputs, bias?.values, to, outputs)
        case .packed(let packed):
            if count == 1 {
                withUnsafePointer(to: packed.kernel) {
                    workspace.kernels.packed_row_product($0, bias?.values, from, to, 0)
                }
                return
            }
            workspace.frame {
                let shape = PanelShape(rows: count, level: workspace.level)
                let x = workspace.take(shape.count(inputs))
                let y = workspace.take(shape.count(outputs))
                workspace.kernels.rows_to_panels(from, count, inputs, inputs, x, shape.width)
                panels(x, shape, to: y, accumulate: false, using: workspace)
                workspace.kernels.panels_to_rows(y, count, outputs, outputs, to, shape.width)
            }
        }
    }

    /// One row to one row, added to what is there if asked for.
    func row(
        _ from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, accumulate: Bool, using workspace: Workspace
    ) {
        switch form {
        case .packed(let packed):
            withUnsafePointer(to: packed.kernel) {
                workspace.kernels.packed_row_product($0, bias?.values, from, to, accumulate ? 1 : 0)
            }
        case .dense where accumulate:
            workspace.frame {
                let result = workspace.take(outputs)
                rows(from, count: 1, to: result, using: workspace)
                for index in 0..<outputs { to[index] += result[index] }
            }
        case .dense:
            rows(from, count: 1, to: to, using: workspace)
        }
    }

    /// Panels to panels, added to what is there if asked for.
    func panels(
        _ from: UnsafePointer<Float>, _ shape: PanelShape, to: UnsafeMutablePointer<Float>, accumulate: Bool,
        using workspace: Workspace
    ) {
        switch form {
        case .packed(let packed):
            withUnsafePointer(to: packed.kernel) {
                workspace.kernels.packed_product(
                    $0, bias?.values, from, to, shape.width, shape.panels, accumulate ? 1 : 0)
            }
        case .dense:
            workspace.frame {
                let x = workspace.take(shape.rows * inputs)
                let y = workspace.take(shape.rows * outputs)
                workspace.kernels.panels_to_rows(from, shape.rows, inputs, inputs, x, shape.width)
                rows(x, count: shape.rows, to: y, using: workspace)
                guard accumulate else {
                    workspace.kernels.rows_to_panels(y, shape.rows, outputs, outputs, to, shape.width)
                    return
                }
                let sum = workspace.take(shape.count(outputs))
                workspace.kernels.rows_to_panels(y, shape.rows, outputs, outputs, sum, shape.width)
                for index in 0..<shape.count(outputs) { to[index] += sum[index] }
            }
        }
    }

    static func mismatch(found: Int, wanted: Int) -> TensorError {
        TensorError(
            .wrongFeatures, "Features of width \(found) were given to a layer that was trained for \(wanted).")
    }
}
