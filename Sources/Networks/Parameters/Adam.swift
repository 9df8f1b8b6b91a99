import CKernels

/// Keras' Adam over all weights, with Rasa's way of regularising: 2 λ w joins a gradient only where that is above zero.
struct Adam: Sendable {
    let learningRate: Float
    /// λ
    let factor: Float
    private let beta1: Float = 0.9
    private let beta2: Float = 0.999
    private let epsilon: Float = 1e-7

    /// Work that one thread does at a time.
    private enum Slice: Sendable {
        case parameters(Range<Int>, isRegularized: Bool)
        case features(SparseKernel, Range<Int>)
    }

    private let slices: [Slice]
    private let weights: NetworkWeights
    private let kernels: parley_training_kernels

    private static let sliceLength = 16384
    /// The gradient of so many features' weights fits into the first-level cache.
    private static let blockLength = 4096

    init(
        _ weights: NetworkWeights, learningRate: Float, regularization: Float, kernels: parley_training_kernels
    ) {
        self.weights = weights
        self.learningRate = learningRate
        factor = regularization
        self.kernels = kernels
        var slices: [Slice] = []
        for parameter in weights.store.parameters {
            let end = parameter.offset + parameter.count
            for start in stride(from: parameter.offset, to: end, by: Self.sliceLength) {
                let range = start..<min(start + Self.sliceLength, end)
                slices.append(.parameters(range, isRegularized: parameter.isRegularized))
            }
        }
        for kernel in weights.sparse {
            let length = max(1, Self.sliceLength / kernel.outputs)
            for start in stride(from: 0, to: kernel.inputs, by: length) {
                slices.append(.features(kernel, start..<min(start + length, kernel.inputs)))
            }
        }
        self.slices = slices
    }

    /// One step with the gradients of the first slots, which are zero afterwards.
    ///
    /// - Returns: λ Σ w² over the regularized weights as they were before.
    func step(slots: Int, on team: ThreadTeam) -> Double {
        weights.steps += 1
        let count = slices.count
        let squares = Squares(count: count)
        let rate = rate(at: weights.steps)
        team.run(count) { [self] in squares.sums[$0] = step(slices[$0], slots: slots, rate: rate) }
        var sum = 0.0
        for index in 0..<count { sum += squares.sums[index] }
        return Double(factor) * sum
    }

    /// λ Σ w² over the regularized weights.
    func regularization(on team: ThreadTeam) -> Double {
        let count = slices.count
        let squares = Squares(count: count)
        team.run(count) { [self] in squares.sums[$0] = self.squares(slices[$0]) }
        var sum = 0.0
        for index in 0..<count { sum += squares.sums[index] }
        return Double(factor) * sum
    }

    private func squares(_ slice: Slice) -> Double {
        switch slice {
        case .parameters(let range, let isRegularized):
            isRegularized ? kernels.squares(weights.store.values + range.lowerBound, range.count) : 0
        case .features(let kernel, let features):
            kernels.squares(
                kernel.values + features.lowerBound * kernel.outputs, features.count * kernel.outputs)
        }
    }

    private func rate(at step: Int64) -> Float {
        let (decay1, decay2) = (power(Double(beta1), Double(step)), power(Double(beta2), Double(step)))
        return Float(Double(learningRate) * (1 - decay2).squareRoot() / (1 - decay1))
    }

    private func step(_ slice: Slice, slots: Int, rate: Float) -> Double {
        var adam = parley_adam(step: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: 0)
        switch slice {
        case .parameters(let range, let isRegularized):
            let store = weights.store
            adam.decay = isRegularized ? 2 * factor : 0
            let squares = isRegularized ? kernels.squares(store.values + range.lowerBound, range.count) : 0
            withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>?.self, capacity: max(slots, 1)) { gradients in
                for slot in 0..<slots { gradients[slot] = store.gradients[slot] }
                kernels.adam(
                    &adam, store.values, store.firstMoments, store.secondMoments, gradients.baseAddress, slots,
                    range.lowerBound, range.upperBound)
            }
            return squares
        case .features(let kernel, let features):
            adam.decay = 2 * factor
            return step(kernel, features, &adam)
        }
    }

    /// The weights of some features, a few at a time so that their gradient stays near.
    private func step(_ kernel: SparseKernel, _ features: Range<Int>, _ adam: inout parley_adam) -> Double {
        let outputs = kernel.outputs
        let length = max(1, Self.blockLength / outputs)
        var squares = 0.0
        withUnsafeTemporaryAllocation(of: Float.self, capacity: length * outputs + 32) { scratch in
            var gradient = scratch.baseAddress
            for start in stride(from: features.lowerBound, to: features.upperBound, by: length) {
                guard let block = scratch.baseAddress else { return }
                let range = start..<min(start + length, features.upperBound)
                kernel.gradient(of: range, to: block, kernels)
                let first = range.lowerBound * outputs
                squares += kernels.squares(kernel.values + first, range.count * outputs)
                kernels.adam(
                    &adam, kernel.values + first, kernel.firstMoments + first, kernel.secondMoments + first, &gradient,
                    1, 0, range.count * outputs)
            }
        }
        return squares
    }

    /// What each slice found. Unchecked: each place is written by one thread, and read when all are done.
    private final class Squares: @unchecked Sendable {
        let sums: UnsafeMutablePointer<Double>

        init(count: Int) { sums = .allocate(capacity: max(count, 1)) }

        deinit { sums.deallocate() }
    }
}
