/// A run of numbers among all that a network learns.
package struct Parameter: Sendable, Hashable {
    package let offset: Int
    package let count: Int
    /// Whether λ Σ w² is part of what is made small.
    package let isRegularized: Bool
}

/// The numbers that a network learns, Adam's moments of each, and a gradient for every chunk of a batch.
///
/// Kernels of sparse features are apart, as ``SparseKernel``: their gradient is zero but for a few rows.
///
/// Unchecked: whoever computes a chunk only reads values and writes the gradient of its own slot; values are written
/// between passes, each slice by one thread.
package final class ParameterStore: @unchecked Sendable {
    package let parameters: [Parameter]
    package let count: Int
    package let values: UnsafeMutablePointer<Float>
    let firstMoments: UnsafeMutablePointer<Float>
    let secondMoments: UnsafeMutablePointer<Float>
    package let gradients: [UnsafeMutablePointer<Float>]

    /// Parameters begin at multiples of so many numbers, so that vectors do not straddle cache lines.
    static let alignment = 16

    init(parameters: [Parameter], slots: Int) {
        self.parameters = parameters
        count = parameters.last.map { Self.aligned($0.offset + $0.count) } ?? 0
        values = Self.zeros(count)
        firstMoments = Self.zeros(count)
        secondMoments = Self.zeros(count)
        let count = count
        gradients = (0..<slots).map { _ in Self.zeros(count) }
    }

    deinit {
        for memory in [values, firstMoments, secondMoments] + gradients { memory.deallocate() }
    }

    static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

    private static func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
        // Kernels may read, never use, a vector behind the end.
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: (count + 2 * alignment) * MemoryLayout<Float>.stride, alignment: 64)
        let numbers = memory.bindMemory(to: Float.self, capacity: count + 2 * alignment)
        numbers.initialize(repeating: 0, count: count + 2 * alignment)
        return numbers
    }

    /// The sum over the first slots of a parameter's gradient, for tests.
    package func gradient(of parameter: Parameter, slots: Int) -> [Float] {
        var sum = [Float](repeating: 0, count: parameter.count)
        for slot in gradients.prefix(slots) {
            for index in 0..<parameter.count { sum[index] += slot[parameter.offset + index] }
        }
        return sum
    }
}
