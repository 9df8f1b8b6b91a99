import System

/// Why weights or features do not fit together.
package struct TensorError: CodedError {
    package enum Code: Sendable, Hashable {
        /// A tensor that the layer cannot do without is not among the weights.
        case missingTensor
        /// A tensor has another shape than the layer, or its neighbours, ask for.
        case wrongShape
        /// The source of the weights failed.
        case unreadable
        /// Features do not have the width that the layer was trained for, or indices lie outside their matrix.
        case wrongFeatures
        /// The bytes of a packed kernel are not what ``PackedKernel`` writes.
        case damagedKernel
    }

    package let code: Code
    /// What was found and what would be right; names the tensor.
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
