extension WeightSource {
    /// The full name of a tensor, for messages.
    func name(_ path: String) -> String { self.path.isEmpty ? path : "\(self.path)/\(path)" }

    /// The tensor of this name, nil if there is none, with its numbers counted.
    func optional(_ path: String) throws(TensorError) -> WeightTensor? {
        let found: WeightTensor?
        do {
            found = try tensor(path)
        } catch {
            throw TensorError(.unreadable, "The weights \(name(path)) could not be read: \(error)")
        }
        guard let tensor = found else { return nil }
        var count = 1
        for side in tensor.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: side)
            guard side >= 0, !overflow else { throw wrongShape(path, tensor, "an array") }
            count = product
        }
        guard tensor.values.count == count || (tensor.packed != nil && tensor.values.isEmpty) else {
            throw TensorError(
                .wrongShape, "The weights \(name(path)) of shape \(tensor.shape) hold \(tensor.values.count) numbers.")
        }
        return tensor
    }

    func required(_ path: String) throws(TensorError) -> WeightTensor {
        guard let tensor = try optional(path) else {
            throw TensorError(.missingTensor, "The model has no weights \(name(path)).")
        }
        return tensor
    }

    /// A matrix of weights; it has at least one row and one column.
    func matrix(_ path: String, rows: Int? = nil, columns: Int? = nil) throws(TensorError) -> WeightTensor {
        let tensor = try required(path)
        guard tensor.shape.count == 2, tensor.shape[0] > 0, tensor.shape[1] > 0,
            rows == nil || tensor.shape[0] == rows, columns == nil || tensor.shape[1] == columns
        else {
            let wanted = "[\(rows.map(String.init) ?? "any"), \(columns.map(String.init) ?? "any")]"
            throw wrongShape(path, tensor, wanted)
        }
        return tensor
    }

    /// A vector of weights of a known length, nil if there is none.
    func vector(_ path: String, count: Int) throws(TensorError) -> WeightVector? {
        guard let tensor = try optional(path) else { return nil }
        guard tensor.shape == [count] else { throw wrongShape(path, tensor, "[\(count)]") }
        return try WeightVector(tensor, name: name(path))
    }

    /// A vector of weights that must be there.
    func requiredVector(_ path: String, count: Int) throws(TensorError) -> WeightVector {
        guard let vector = try vector(path, count: count) else {
            throw TensorError(.missingTensor, "The model has no weights \(name(path)).")
        }
        return vector
    }

    /// The error for a tensor of a shape that does not fit.
    func wrongShape(_ path: String, _ tensor: WeightTensor, _ wanted: String) -> TensorError {
        TensorError(.wrongShape, "The weights \(name(path)) have the shape \(tensor.shape) instead of \(wanted).")
    }
}

/// Numbers of a tensor that are certainly there.
///
/// Unchecked for the same reason as ``WeightTensor``.
struct WeightVector: @unchecked Sendable {
    let values: UnsafePointer<Float>
    let count: Int
    private let owner: any AnyObject & Sendable

    init(_ tensor: WeightTensor, name: String) throws(TensorError) {
        guard let base = tensor.values.baseAddress, !tensor.values.isEmpty else {
            throw TensorError(.wrongShape, "The weights \(name) are empty.")
        }
        values = base
        count = tensor.values.count
        owner = tensor.owner
    }
}
