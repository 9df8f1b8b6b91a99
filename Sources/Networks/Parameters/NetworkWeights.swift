package import CKernels

/// All weights of a network, and the steps that were made.
package final class NetworkWeights: @unchecked Sendable {
    // Unchecked: `steps` and the best values change between passes only.
    package let store: ParameterStore
    let sparse: [SparseKernel]
    /// The masked kernels' values row by row, for backward passes, at the places of their parameters.
    let rowOrdered: UnsafeMutablePointer<Float>
    let masked: [(parameter: Parameter, pattern: MaskedPattern)]
    private let stored: [StoredVariable]
    package internal(set) var steps: Int64

    init(
        store: ParameterStore, sparse: [SparseKernel], masked: [(Parameter, MaskedPattern)], stored: [StoredVariable],
        steps: Int64
    ) {
        self.store = store
        self.sparse = sparse
        self.masked = masked.map { (parameter: $0, pattern: $1) }
        self.stored = stored
        self.steps = steps
        rowOrdered = .allocate(capacity: store.count + 32)
        rowOrdered.initialize(repeating: 0, count: store.count + 32)
    }

    deinit { rowOrdered.deallocate() }

    /// Puts one masked kernel's values in the order of rows; once a step, before backward passes.
    func orderRows(ofMasked index: Int, _ kernels: parley_training_kernels) {
        let (parameter, pattern) = masked[index]
        kernels.masked_row_weights(pattern.kernel, store.values + parameter.offset, rowOrdered + parameter.offset)
    }

    /// All that a checkpoint holds, sorted by path.
    package func variables() -> [NetworkVariable] {
        stored.map { variable in
            let (path, shape) = (variable.path, variable.shape)
            switch variable.form {
            case .whole(let parameter):
                let parts = numbers(parameter).map { Array(UnsafeBufferPointer(start: $0, count: parameter.count)) }
                return NetworkVariable(
                    path: path, shape: shape, values: parts[0], firstMoments: parts[1], secondMoments: parts[2])
            case .masked(let parameter, let pattern):
                let parts = numbers(parameter).map { pattern.expanded($0) }
                return NetworkVariable(
                    path: path, shape: shape, values: parts[0], firstMoments: parts[1], secondMoments: parts[2])
            case .mask(let pattern):
                return NetworkVariable(path: path, shape: shape, values: pattern.mask)
            case .sparse(let kernel):
                let parts = [kernel.values, kernel.firstMoments, kernel.secondMoments].map {
                    Array(UnsafeMutableBufferPointer(start: $0, count: kernel.inputs * kernel.outputs))
                }
                return NetworkVariable(
                    path: path, shape: shape, values: parts[0], firstMoments: parts[1], secondMoments: parts[2])
            case .constant(let values):
                return NetworkVariable(path: path, shape: shape, values: values)
            }
        }.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Of all that a checkpoint holds, in the order in which it was made.
    package var paths: [String] { stored.map(\.path) }

    /// Shows what a checkpoint holds, one variable after the other, without what Adam remembers.
    package func forEachVariable(_ body: (_ path: String, _ values: [Float]) -> Void) {
        for variable in stored {
            let values =
                switch variable.form {
                case .whole(let parameter):
                    Array(UnsafeBufferPointer(start: store.values + parameter.offset, count: parameter.count))
                case .masked(let parameter, let pattern): pattern.expanded(store.values + parameter.offset)
                case .mask(let pattern): pattern.mask
                case .sparse(let kernel):
                    Array(UnsafeBufferPointer(start: kernel.values, count: kernel.inputs * kernel.outputs))
                case .constant(let values): values
                }
            body(variable.path, values)
        }
    }

    private func numbers(_ parameter: Parameter) -> [UnsafePointer<Float>] {
        let memory = [store.values, store.firstMoments, store.secondMoments]
        return memory.map { (numbers: UnsafeMutablePointer<Float>) in UnsafePointer(numbers + parameter.offset) }
    }

    /// Goes on with the moments of an earlier training, where they fit.
    func takeMoments(of earlier: [String: NetworkVariable]) {
        for variable in stored {
            guard let found = earlier[variable.path] else { continue }
            let count = variable.shape.reduce(1, *)
            guard found.firstMoments.count == count, found.secondMoments.count == count else { continue }
            switch variable.form {
            case .whole(let parameter):
                for index in 0..<count {
                    store.firstMoments[parameter.offset + index] = found.firstMoments[index]
                    store.secondMoments[parameter.offset + index] = found.secondMoments[index]
                }
            case .masked(let parameter, let pattern):
                pattern.forEachEntry { entry, place in
                    store.firstMoments[parameter.offset + entry] = found.firstMoments[place]
                    store.secondMoments[parameter.offset + entry] = found.secondMoments[place]
                }
            case .sparse(let kernel):
                for index in 0..<count {
                    kernel.firstMoments[index] = found.firstMoments[index]
                    kernel.secondMoments[index] = found.secondMoments[index]
                }
            case .mask, .constant: break
            }
        }
    }

    /// The gradient of every variable that is learned, by path, full kernels with zeros where nothing lives; for tests.
    package func gradients(_ kernels: parley_training_kernels) -> [String: [Float]] {
        var result: [String: [Float]] = [:]
        for variable in stored {
            switch variable.form {
            case .whole(let parameter):
                result[variable.path] = store.gradient(of: parameter, slots: store.gradients.count)
            case .masked(let parameter, let pattern):
                result[variable.path] = store.gradient(of: parameter, slots: store.gradients.count)
                    .withUnsafeBufferPointer { $0.baseAddress.map(pattern.expanded) ?? [] }
            case .sparse(let kernel):
                result[variable.path] = kernel.gradient(kernels)
            case .mask, .constant: break
            }
        }
        return result
    }

    /// All numbers at one time, to come back to.
    struct Snapshot {
        fileprivate let numbers: [[Float]]
        fileprivate let steps: Int64
    }

    func snapshot() -> Snapshot {
        Snapshot(numbers: memory.map { Array(UnsafeBufferPointer(start: $0, count: $1)) }, steps: steps)
    }

    func restore(_ snapshot: Snapshot) {
        for (numbers, target) in zip(snapshot.numbers, memory) {
            for (index, number) in numbers.enumerated() { target.start[index] = number }
        }
        steps = snapshot.steps
    }

    /// Values and Adam's moments of everything that is learned.
    private var memory: [(start: UnsafeMutablePointer<Float>, count: Int)] {
        [store.values, store.firstMoments, store.secondMoments].map { ($0, store.count) }
            + sparse.flatMap { kernel in
                [kernel.values, kernel.firstMoments, kernel.secondMoments].map { ($0, kernel.inputs * kernel.outputs) }
            }
    }
}
