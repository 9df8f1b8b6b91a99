import TestSupport
import Testing

@testable import Tensors

extension SeededRandom {
    mutating func matrix(_ rows: Int, _ columns: Int, density: Double = 1) -> Matrix {
        var matrix = Matrix(rows: rows, columns: columns)
        for row in 0..<rows {
            for column in 0..<columns where Double.random(in: 0..<1, using: &self) < density {
                matrix[row, column] = Float.random(in: -1...1, using: &self)
            }
        }
        return matrix
    }
}

/// The largest absolute difference of two matrices; infinite if their shapes differ or a number is none.
func difference(_ one: Matrix, _ other: Matrix) -> Float {
    guard one.rows == other.rows, one.columns == other.columns else { return .infinity }
    return difference(one.values, other.values)
}

/// The largest absolute difference of two lists.
func difference(_ one: [Float], _ other: [Float]) -> Float {
    guard one.count == other.count else { return .infinity }
    return zip(one, other).reduce(Float(0)) { highest, pair in
        let off = abs(pair.0 - pair.1)
        return off.isNaN ? .infinity : max(highest, off)
    }
}

/// Weights in memory: a matrix called `kernel` and a vector called `bias`.
func layerWeights(kernel: Matrix, bias: [Float]?, packed: Bool = false) -> StoredWeights {
    var tensors = ["kernel": tensor(kernel.values, [kernel.rows, kernel.columns], packed: packed)]
    if let bias { tensors["bias"] = tensor(bias, [bias.count]) }
    return StoredWeights(tensors: tensors)
}

/// A tensor in memory of its own.
func tensor(_ numbers: [Float], _ shape: [Int], packed: Bool = false) -> WeightTensor {
    let memory = OwnedBytes(count: numbers.count * 4 + 64)
    numbers.withUnsafeBytes { memory.bytes.copyMemory(from: $0) }
    let values = UnsafeBufferPointer(
        start: UnsafePointer(memory.bytes.baseAddress?.assumingMemoryBound(to: Float.self)), count: numbers.count)
    guard packed else { return WeightTensor(shape: shape, values: values, owner: memory) }
    let owner = OwnedPair(memory, packForced(values, inputs: shape[0], outputs: shape[1]))
    return WeightTensor(shape: shape, values: values, packed: UnsafeRawBufferPointer(owner.second.bytes), owner: owner)
}

/// A level of instructions with packed or dense kernels.
struct Arithmetic: Sendable, CustomTestStringConvertible {
    let level: KernelLevel
    let packed: Bool

    var testDescription: String { "\(level), \(packed ? "packed" : "dense")" }

    /// Everything that this processor can do.
    static let all = KernelLevel.allCases.filter(\.isAvailable).flatMap { level in
        [Arithmetic(level: level, packed: false), Arithmetic(level: level, packed: true)]
    }
}
