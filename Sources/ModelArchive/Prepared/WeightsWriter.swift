import ExactText
import Glibc
import Tensors

/// Writes `weights.bin`: from each checkpoint the tensors that layers ask for, each at a multiple of 64 bytes.
///
/// This is the one place that decides in which form a tensor is written.
final class WeightsWriter {
    /// Every tensor starts at a multiple of this, and as many bytes follow the last one.
    static let alignment = 64

    private let file: FileHandle
    private let checkSums: CRC32C
    private var offset = 0
    private let zeros = [UInt8](repeating: 0, count: WeightsWriter.alignment)

    init(path: String, checkSums: CRC32C) throws(ArchiveError) {
        file = try FileHandle(opening: path, flags: O_WRONLY | O_CREAT | O_EXCL)
        self.checkSums = checkSums
    }

    /// Takes the tensors of one checkpoint.
    ///
    /// - Parameter name: The checkpoint, for errors.
    /// - Returns: Where each tensor lies, by name.
    /// - Throws: ``ArchiveError`` with `.badCheckpoint` where an entry does not fit the data, a needed tensor's check
    ///   sum is wrong, or a mask does not have its kernel's shape.
    func write(
        _ index: CheckpointIndex, data: UnsafeRawBufferPointer, name: String
    ) throws(ArchiveError) -> [ExactString: PreparedIndex.Tensor] {
        var needed: [ExactString: BundleEntry] = [:]
        for (key, entry) in index.entries {
            guard entry.fits(dataSize: data.count) else {
                throw ArchiveError(.badCheckpoint, "\(name): the size or place of variable '\(key)' does not fit")
            }
            guard entry.isFloat, let tensor = VariableName.tensorName(ofKey: key) else { continue }
            guard checkSums.masked(bytes(of: entry, in: data)) == entry.checkSum else {
                throw ArchiveError(.badCheckpoint, "\(name): the check sum of variable '\(key)' is wrong")
            }
            needed[tensor] = entry
        }
        var places: [ExactString: PreparedIndex.Tensor] = [:]
        for (tensor, entry) in needed.sorted(by: { $0.key < $1.key }) where !tensor.hasSuffix("/kernel_mask") {
            let mask = tensor.hasSuffix("/kernel") ? needed["\(tensor)_mask"] : nil
            guard mask == nil || mask?.shape == entry.shape else {
                throw ArchiveError(.badCheckpoint, "\(name): the mask of '\(tensor)' has another shape")
            }
            let values = bytes(of: entry, in: data)
            if let mask {
                places[tensor] = try write(values, shape: entry.shape, mask: bytes(of: mask, in: data))
            } else {
                places[tensor] = try write(values, shape: entry.shape)
            }
        }
        return places
    }

    /// Ends the file with the readable bytes that must follow the last tensor.
    func finish() throws(ArchiveError) { try pad(WeightsWriter.alignment) }

    private func write(_ values: UnsafeRawBufferPointer, shape: [Int]) throws(ArchiveError) -> PreparedIndex.Tensor {
        let place = PreparedIndex.Tensor(shape: shape, offset: offset)
        try file.write(values)
        offset += values.count
        try pad((WeightsWriter.alignment - offset % WeightsWriter.alignment) % WeightsWriter.alignment)
        return place
    }

    /// Writes a kernel multiplied by its mask; without its zeros, where products are faster so.
    private func write(
        _ values: UnsafeRawBufferPointer, shape: [Int], mask: UnsafeRawBufferPointer
    ) throws(ArchiveError) -> PreparedIndex.Tensor {
        let width = MemoryLayout<Float>.stride
        let product = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count / width)
        defer { product.deallocate() }
        for index in product.indices {
            product.initializeElement(
                at: index,
                to: values.loadUnaligned(fromByteOffset: index * width, as: Float.self)
                    * mask.loadUnaligned(fromByteOffset: index * width, as: Float.self))
        }
        let kernel = UnsafeBufferPointer(product)
        guard shape.count == 2, let size = PackedKernel.packedSize(of: kernel, inputs: shape[0], outputs: shape[1])
        else { return try write(UnsafeRawBufferPointer(kernel), shape: shape) }
        let packed = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: PackedKernel.alignment)
        defer { packed.deallocate() }
        PackedKernel.pack(kernel, inputs: shape[0], outputs: shape[1], into: packed)
        var place = try write(UnsafeRawBufferPointer(packed), shape: shape)
        place.packedSize = size
        return place
    }

    private func pad(_ count: Int) throws(ArchiveError) {
        let result: Result<Void, ArchiveError> = zeros.withUnsafeBytes { bytes in
            Result { () throws(ArchiveError) in
                try file.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            }
        }
        try result.get()
        offset += count
    }

    private func bytes(of entry: BundleEntry, in data: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: data[entry.offset..<entry.offset + entry.size])
    }
}
