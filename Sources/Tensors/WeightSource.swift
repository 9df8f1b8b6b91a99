/// Where a layer finds its weights: a place in a tree of named tensors.
///
/// Names are object paths as the training framework writes them, parts joined by `/`, dots not doubled, without the
/// suffix `.ATTRIBUTES/VARIABLE_VALUE` and without the leading `model/_tf_layers`: `embed.label/_dense/kernel`.
package protocol WeightSource: Sendable {
    /// The tensor of this name below this place; nil if there is none.
    func tensor(_ path: String) throws -> WeightTensor?
    func scope(_ path: String) -> any WeightSource
    /// The path of this place, for messages. Empty at the top and where a source does not know it.
    var path: String { get }
}

extension WeightSource {
    package var path: String { "" }
}

/// Weights as layers see them: read-only, shared by all workers, alive as long as the model.
///
/// Where the archive holds a `kernel_mask` beside a `kernel`, the tensor called `kernel` is the product of both, and no
/// tensor is called `kernel_mask`.
///
/// Unchecked: pointers are not `Sendable`, but this memory is never written after it was mapped.
package struct WeightTensor: @unchecked Sendable {
    /// Rows and columns for a matrix; as in the archive for everything else.
    package let shape: [Int]
    /// The numbers in row-major order, aligned to 64 bytes, followed by at least 64 readable bytes.
    ///
    /// May be empty where `packed` is there: layers then use nothing else.
    package let values: UnsafeBufferPointer<Float>
    /// The same matrix without its zeros, as ``PackedKernel/pack(_:inputs:outputs:into:)`` writes it, aligned to 64
    /// bytes; nil if the dense form is the faster one.
    package let packed: UnsafeRawBufferPointer?
    /// Keeps the memory behind `values` and `packed`.
    package let owner: any AnyObject & Sendable

    package init(
        shape: [Int], values: UnsafeBufferPointer<Float>, packed: UnsafeRawBufferPointer? = nil,
        owner: any AnyObject & Sendable
    ) {
        self.shape = shape
        self.values = values
        self.packed = packed
        self.owner = owner
    }
}
