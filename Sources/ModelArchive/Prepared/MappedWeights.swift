import ExactText
import Glibc
import Tensors

/// A place in the tree of one component's mapped weights.
struct MappedWeights: WeightSource {
    let file: MappedFile
    let tensors: [ExactString: PreparedIndex.Tensor]
    /// Empty, or a path that ends in a slash.
    let prefix: String

    func tensor(_ path: String) -> WeightTensor? {
        guard let entry = tensors[prefix + path] else { return nil }
        // The index was checked when it was read: the range lies in the file.
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.offset...].prefix(entry.size ?? 0))
        guard entry.packedSize == nil else {
            return WeightTensor(
                shape: entry.shape, values: UnsafeBufferPointer(start: nil, count: 0), packed: bytes, owner: file)
        }
        return WeightTensor(shape: entry.shape, values: bytes.assumingMemoryBound(to: Float.self), owner: file)
    }

    func scope(_ path: String) -> any WeightSource {
        MappedWeights(file: file, tensors: tensors, prefix: prefix + path + "/")
    }
}
