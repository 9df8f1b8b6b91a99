internal import Glibc

/// Writes `weights.bin`: from each checkpoint the tensors that layers ask for, each at a multiple of 64 bytes.
///
/// This is the one place that decides in which form a tensor is written.
final class WeightsWriter {
    /// Every tensor starts at a multiple of this, and as many bytes follow the last one.
    static let alignment = 64

    private let file: FileHandle
    private let checkSums: CRC32C
    private var offset = 0
    private let chunk = UnsafeMutableBufferPointer<Float>.allocate(capacity: 64 << 10)

    init(path: String, checkSums: CRC32C) throws(ArchiveError) {
        file = try FileHandle(opening: path, flags: O_WRONLY | O_CREAT | O_EXCL)
        self.checkSums = checkSums
    }

    deinit { chunk.deallocate() }

    /// Takes the tensors of one checkpoint.
    ///
    /// - Parameter name: The checkpoint, for errors.
    /// - Returns: Where each tensor lies, by name.
    /// - Throws: ``ArchiveError`` with `.badCheckpoint` where an entry does not fit the data, a needed tensor's check
    ///   sum is wrong, or a mask does not have its kernel's shape.
    func write(
        _ index: CheckpointIndex, data: UnsafeRawBufferPointer, name: String
    ) throws(ArchiveError) -> [String: PreparedIndex.Tensor] {
        var needed: [String: BundleEntry] = [:]
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
        var places: [String: PreparedIndex.Tensor] = [:]
        for (tensor, entry) in needed.sorted(by: { $0.key < $1.key }) where !tensor.hasSuffix("/kernel_mask") {
            let mask = tensor.hasSuffix("/kernel") ? needed[tensor + "_mask"] : nil
            guard mask == nil || mask?.shape == entry.shape else {
                throw ArchiveError(.badCheckpoint, "\(name): the mask of '\(tensor)' has another shape")
            }
            places[tensor] = PreparedIndex.Tensor(shape: entry.shape, offset: offset)
            try write(bytes(of: entry, in: data), mask: mask.map { bytes(of: $0, in: data) })
        }
        return places
    }

    /// Ends the file with the readable bytes that must follow the last tensor.
    func finish() throws(ArchiveError) {
        try pad(WeightsWriter.alignment)
    }

    /// Writes a tensor densely, multiplied by its mask where it has one.
    private func write(_ values: UnsafeRawBufferPointer, mask: UnsafeRawBufferPointer?) throws(ArchiveError) {
        if let mask {
            let width = MemoryLayout<Float>.stride
            var done = 0
            while done < values.count {
                let count = min(chunk.count, (values.count - done) / width)
                for index in 0..<count {
                    let at = done + index * width
                    chunk[index] =
                        values.loadUnaligned(fromByteOffset: at, as: Float.self)
                        * mask.loadUnaligned(fromByteOffset: at, as: Float.self)
                }
                try file.write(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: chunk[..<count])))
                done += count * width
            }
        } else {
            try file.write(values)
        }
        offset += values.count
        try pad((WeightsWriter.alignment - offset % WeightsWriter.alignment) % WeightsWriter.alignment)
    }

    private func pad(_ count: Int) throws(ArchiveError) {
        UnsafeMutableBufferPointer(rebasing: chunk[..<WeightsWriter.alignment]).update(repeating: 0)
        try file.write(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(chunk)[..<count]))
        offset += count
    }

    private func bytes(of entry: BundleEntry, in data: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: data[entry.offset..<entry.offset + entry.size])
    }
}
