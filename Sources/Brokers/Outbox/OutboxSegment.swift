import ExactText
import Glibc
import System

/// A file of an outbox, as its writer sees it: it has its full size on disk from the beginning, so that what was
/// reserved can be written.
struct OutboxSegment {
    let number: UInt64
    let capacity: Int
    /// The stamp of the last event in it; 0 for none.
    private(set) var lastStamp: UInt64 = 0
    private let descriptor: Int32
    private var end = 0

    /// Bytes that can still be written.
    var room: Int { capacity - end }

    init(number: UInt64, capacity: Int, in directory: String) throws(OutboxError) {
        let path = Self.path(number, in: directory)
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system("open", path) }
        let status = posix_fallocate(descriptor, 0, off_t(capacity))
        guard status == 0 else {
            let error = OutboxError.system("make room for events in", path, status)
            Glibc.close(descriptor)
            unlink(path)
            throw error
        }
        self.number = number
        self.capacity = capacity
    }

    private init(number: UInt64, capacity: Int, descriptor: Int32) {
        self.number = number
        self.capacity = capacity
        self.descriptor = descriptor
    }

    /// The same file, empty, under another number.
    func renewed(as number: UInt64, in directory: String) throws(OutboxError) -> OutboxSegment {
        let empty = [UInt8](repeating: 0, count: OutboxRecord.headerSize)
        let path = Self.path(number, in: directory)
        guard pwrite(descriptor, empty, empty.count, 0) == empty.count,
            rename(Self.path(self.number, in: directory), path) == 0
        else {
            let error = OutboxError.system("use again as", path)
            delete(in: directory)
            throw error
        }
        return OutboxSegment(number: number, capacity: capacity, descriptor: descriptor)
    }

    /// Writes records at the end, in one call to the system.
    mutating func append(_ bytes: [UInt8], lastStamp: UInt64, in directory: String) throws(OutboxError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, off_t(end + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = OutboxError.system("write", Self.path(number, in: directory))
                // A reader may have seen a part of it, so nothing may be written over it.
                end = capacity
                throw error
            }
            written += count
        }
        end += bytes.count
        self.lastStamp = lastStamp
    }

    func close() { Glibc.close(descriptor) }

    func delete(in directory: String) {
        close()
        unlink(Self.path(number, in: directory))
    }

    /// Where the segment of a number is; names sort as numbers do.
    static func path(_ number: UInt64, in directory: String) -> String {
        "\(directory)/\(number.padded(12)).events"
    }

    /// The numbers of the segments in a directory, ascending.
    static func numbers(in directory: String) -> [UInt64] {
        OutboxDirectory.names(in: directory).compactMap { name in
            name.exact.hasSuffix(".events") ? UInt64(name.dropLast(7)) : nil
        }.sorted()
    }
}
