import Glibc
import System

/// A whole file mapped read-only, shared with every process that maps it; unmapped with the last reference.
///
/// Unchecked: the pointer is not `Sendable`, but nobody writes to the file or the mapping after the model was prepared.
package final class MappedFile: @unchecked Sendable {
    package let bytes: UnsafeRawBufferPointer

    /// Maps the file at `path`.
    ///
    /// - Throws: ``ArchiveError`` with `.inputOutput` and the system's reason.
    convenience init(path: String) throws(ArchiveError) {
        try self.init(try FileHandle(opening: path, flags: O_RDONLY))
    }

    /// Maps an open file, which may be closed afterwards.
    ///
    /// - Throws: ``ArchiveError`` with `.inputOutput` and the system's reason.
    init(_ file: FileHandle) throws(ArchiveError) {
        let size = try file.size()
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_SHARED, file.descriptor, 0), start != MAP_FAILED else {
            throw ArchiveError(.inputOutput, "cannot map \(file.path): \(SystemError())")
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit {
        guard let start = bytes.baseAddress else { return }
        munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
}
