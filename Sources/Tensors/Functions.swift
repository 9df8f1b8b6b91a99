import CKernels
import Glibc

/// Turns numbers into shares of 1 by their exponentials, in place.
package func softmax(_ numbers: inout [Float], using workspace: Workspace) {
    guard !numbers.isEmpty else { return }
    let count = numbers.count
    numbers.withUnsafeMutableBufferPointer { workspace.kernels.softmax($0.baseAddress, count) }
}

/// Applies the exact gelu, 0.5 x (1 + erf(x / √2)), to every number.
package func gelu(_ matrix: inout Matrix, using workspace: Workspace) {
    let count = matrix.rows * matrix.columns
    matrix.withUnsafeMutableValues { workspace.kernels.gelu($0, count) }
}

/// How alike two embeddings are (`similarity_type`).
package enum Similarity: String, Sendable, Hashable {
    case inner
    /// The inner product of both at length 1.
    case cosine

    /// The similarity of a vector to every row of a matrix.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if their lengths differ.
    package func scores(
        of vector: some Collection<Float>, to labels: Matrix
    ) throws(TensorError) -> [Float] {
        guard vector.count == labels.columns else {
            throw DenseLayer.mismatch(found: vector.count, wanted: labels.columns)
        }
        let vector = Array(vector)
        let width = vector.count
        return vector.withUnsafeBufferPointer { vector in
            labels.withUnsafeValues { labelValues in
                let own = self == .cosine ? length(vector) : 1
                return (0..<labels.rows).map { row in
                    let label = UnsafeBufferPointer(start: labelValues + row * width, count: width)
                    var product: Float = 0
                    for index in 0..<width { product += vector[index] * label[index] }
                    return self == .inner ? product : product / (own * length(label))
                }
            }
        }
    }

    private func length(_ vector: UnsafeBufferPointer<Float>) -> Float {
        var sum: Float = 0
        for number in vector { sum += number * number }
        return max(sum, 1e-12).squareRoot()
    }
}
