/// Collects what a network's layers learn while they are made, under the paths of a checkpoint.
///
/// Layers keep the places they are given; the memory exists once all are made (``finish(slots:)``).
package struct NetworkBuilder {
    private let random: RandomKey
    private let earlier: [String: NetworkVariable]?
    private var parameters: [Parameter] = []
    private var initial: [[Float]] = []
    private var stored: [StoredVariable] = []
    private var sparse: [SparseKernel] = []
    private var masked: [(Parameter, MaskedPattern)] = []
    /// The gradients that chunks add to: one for each that may compute at a time.
    package let slots: Int

    /// - Parameter earlier: The variables to go on from; nil to begin at random.
    package init(random: RandomKey, slots: Int, earlier: [NetworkVariable]? = nil) {
        self.random = random
        self.slots = slots
        self.earlier = earlier.map { Dictionary($0.map { ($0.path, $0) }) { $1 } }
    }

    /// What a parameter begins with where nothing was learned earlier.
    package enum Initial: Sendable {
        /// Uniform within √(6 / (inputs + outputs)) of zero; a tensor's axes before the last two count for both.
        case glorot
        case zeros
        case ones
    }

    /// A tensor, all of whose numbers are learned.
    package mutating func parameter(
        _ path: String, _ shape: [Int], _ initial: Initial, isRegularized: Bool = false
    ) throws(NetworkTrainingError) -> Parameter {
        let values = try values(path, shape, initial)
        let parameter = add(values, isRegularized: isRegularized)
        stored.append(StoredVariable(path: path, shape: shape, form: .whole(parameter)))
        return parameter
    }

    /// A kernel [inputs, outputs] of which a share lives, with its mask beside it; a whole one for density 1.
    package mutating func kernel(
        _ path: String, inputs: Int, outputs: Int, density: Double, isRegularized: Bool
    ) throws(NetworkTrainingError) -> DenseKernel {
        guard density < 1 else {
            return .whole(try parameter(path, [inputs, outputs], .glorot, isRegularized: isRegularized))
        }
        let maskPath = path + "_mask"
        let pattern: MaskedPattern
        if let earlier = try variable(maskPath, [inputs, outputs]) {
            pattern = MaskedPattern(inputs: inputs, outputs: outputs, mask: earlier.values.map { $0 != 0 })
        } else {
            let key = random.key(.connections, stored.count)
            pattern = MaskedPattern(inputs: inputs, outputs: outputs, density: density, random: key)
        }
        let full = try values(path, [inputs, outputs], .glorot)
        var living = [Float](repeating: 0, count: pattern.count)
        pattern.forEachEntry { living[$0] = full[$1] }
        let parameter = add(living, isRegularized: isRegularized)
        masked.append((parameter, pattern))
        stored.append(StoredVariable(path: path, shape: [inputs, outputs], form: .masked(parameter, pattern)))
        stored.append(StoredVariable(path: maskPath, shape: [inputs, outputs], form: .mask(pattern)))
        return .masked(parameter, pattern)
    }

    /// A kernel of sparse features. It is regularized.
    package mutating func sparseKernel(
        _ path: String, inputs: Int, outputs: Int
    ) throws(NetworkTrainingError) -> SparseKernel {
        let kernel = SparseKernel(inputs: inputs, outputs: outputs, slots: slots)
        let values = try values(path, [inputs, outputs], .glorot)
        for (index, value) in values.enumerated() { kernel.values[index] = value }
        sparse.append(kernel)
        stored.append(StoredVariable(path: path, shape: [inputs, outputs], form: .sparse(kernel)))
        return kernel
    }

    /// A tensor that is drawn once and not learned.
    package mutating func constant(_ path: String, _ shape: [Int]) throws(NetworkTrainingError) -> [Float] {
        let values = try values(path, shape, .glorot)
        stored.append(StoredVariable(path: path, shape: shape, form: .constant(values)))
        return values
    }

    /// The memory for all of it, with initial values and, where training goes on, the earlier moments.
    package func finish(steps: Int64 = 0) -> NetworkWeights {
        let store = ParameterStore(parameters: parameters, slots: slots)
        for (parameter, values) in zip(parameters, initial) {
            for (index, value) in values.enumerated() { store.values[parameter.offset + index] = value }
        }
        let weights = NetworkWeights(store: store, sparse: sparse, masked: masked, stored: stored, steps: steps)
        if let earlier, steps > 0 { weights.takeMoments(of: earlier) }
        return weights
    }

    private mutating func add(_ values: [Float], isRegularized: Bool) -> Parameter {
        let offset = parameters.last.map { ParameterStore.aligned($0.offset + $0.count) } ?? 0
        let parameter = Parameter(offset: offset, count: values.count, isRegularized: isRegularized)
        parameters.append(parameter)
        initial.append(values)
        return parameter
    }

    private func variable(_ path: String, _ shape: [Int]) throws(NetworkTrainingError) -> NetworkVariable? {
        guard let earlier else { return nil }
        guard let variable = earlier[path] else {
            throw .unfit("the earlier network has no \(path), which this one learns")
        }
        guard variable.shape == shape, variable.values.count == shape.reduce(1, *) else {
            throw .unfit("\(path) of the earlier network has the shape \(variable.shape), not \(shape)")
        }
        return variable
    }

    private func values(_ path: String, _ shape: [Int], _ initial: Initial) throws(NetworkTrainingError) -> [Float] {
        if let earlier = try variable(path, shape) { return earlier.values }
        let count = shape.reduce(1, *)
        switch initial {
        case .zeros: return [Float](repeating: 0, count: count)
        case .ones: return [Float](repeating: 1, count: count)
        case .glorot:
            let field = shape.dropLast(2).reduce(1, *)
            let (inputs, outputs) = (shape[max(shape.count - 2, 0)] * field, shape[shape.count - 1] * field)
            let limit = (6 / Float(inputs + outputs)).squareRoot()
            let key = random.key(.initialValues, stored.count)
            return (0..<count).map { (2 * key.share($0) - 1) * limit }
        }
    }
}

/// A kernel [inputs, outputs] of a dense layer.
package enum DenseKernel: Sendable {
    case whole(Parameter)
    /// Only the entries of a pattern live, and only they are stored.
    case masked(Parameter, MaskedPattern)
}

/// What is kept of a variable for the checkpoint.
struct StoredVariable: Sendable {
    enum Form: Sendable {
        case whole(Parameter)
        case masked(Parameter, MaskedPattern)
        case mask(MaskedPattern)
        case sparse(SparseKernel)
        case constant([Float])
    }

    let path: String
    let shape: [Int]
    let form: Form
}
