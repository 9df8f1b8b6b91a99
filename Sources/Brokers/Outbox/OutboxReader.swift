import Glibc
import System

/// An outbox as the publisher sees it, whoever writes to it.
final class OutboxReader {
    /// What is read ahead at most, unless one event is larger.
    private static let portion = 1 << 18
    private static let recordsAhead = 1024

    let name: String
    private let path: String
    private let page: OutboxPage
    private let lock: Int32
    private var segment: (number: UInt64, descriptor: Int32)?
    private var offset = 0
    private var lastStamp: UInt64
    /// Read and not settled yet, by rising stamps.
    private(set) var pending: [OutboxRecord] = []
    /// Whether there may be more than what is pending.
    private(set) var isCut = false

    /// - Throws: ``OutboxError``.
    init(name: String, in directory: OutboxDirectory) throws(OutboxError) {
        self.name = name
        path = "\(directory.path)/\(name)"
        let (shared, descriptor) = try SharedPage.open("\(path)/state")
        page = OutboxPage(shared)
        lock = descriptor
        lastStamp = page.settledStamp(atMost: directory.lastStamp)
    }

    deinit {
        if let segment { close(segment.descriptor) }
        close(lock)
    }

    var waiting: Int { page.counts.waiting }

    /// The stamp of the last event that was read.
    var readStamp: UInt64 { lastStamp }

    /// Reads on, up to a bounded number of events.
    func readAhead() {
        isCut = false
        while true {
            guard pending.count < Self.recordsAhead else {
                isCut = true
                return
            }
            guard readPortion() || openNext() else { return }
        }
    }

    /// Marks events as confirmed (or given up): the first ones that are pending.
    func acknowledge(_ count: Int) {
        guard count > 0, count <= pending.count else { return }
        page.acknowledge(count, upTo: pending[count - 1].stamp)
        pending.removeFirst(count)
    }

    /// Deletes the outbox if its owner is dead and nothing waits in it.
    func deleteIfOrphaned() -> Bool {
        // The order counts: a living owner could write between a look and the lock.
        guard pending.isEmpty, flock(lock, LOCK_EX | LOCK_NB) == 0 else { return false }
        readAhead()
        guard pending.isEmpty else {
            flock(lock, LOCK_UN)
            return false
        }
        Directory.delete(path)
        return true
    }

    /// Reads whole records from where the last reading ended.
    ///
    /// - Returns: Whether there were any.
    private func readPortion() -> Bool {
        guard let segment else { return false }
        var bytes = read(segment.descriptor, Self.portion)
        if let size = OutboxRecord.announcedSize(bytes[...]), size > bytes.count, bytes.count == Self.portion {
            bytes = read(segment.descriptor, min(size, remainder(segment.descriptor)))
        }
        var rest = bytes[...]
        while let (record, size) = OutboxRecord.read(rest, segment: segment.number), record.stamp > 0 {
            rest = rest.dropFirst(size)
            offset += size
            // Those up to the last that was read are settled.
            guard record.stamp > lastStamp else { continue }
            lastStamp = record.stamp
            pending.append(record)
        }
        return rest.count < bytes.count
    }

    private func read(_ descriptor: Int32, _ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
        }
    }

    /// What an announced size cannot be larger than: it may be a word of something torn.
    private func remainder(_ descriptor: Int32) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return 0 }
        return max(0, Int(status.st_size) - offset)
    }

    /// Goes on to the next segment if there is one: then nothing will be added to this one.
    private func openNext() -> Bool {
        let known = segment?.number ?? 0
        guard let next = OutboxSegment.numbers(in: path).first(where: { $0 > known }) else { return false }
        // It may have got records until the next one was there.
        if segment != nil, readPortion() { return true }
        let descriptor = open(OutboxSegment.path(next, in: path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        // Settled and deleted in the meantime, or used again under a later number.
        guard descriptor >= 0 else { return errno == ENOENT }
        if let segment { close(segment.descriptor) }
        segment = (next, descriptor)
        offset = 0
        return true
    }
}
