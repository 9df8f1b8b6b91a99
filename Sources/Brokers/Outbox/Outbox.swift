import Encodings
import Glibc
import Synchronization
import System

/// The outbox of one worker: events go in before a turn is answered and stay until the broker has confirmed them.
///
/// A turn first reserves room, then its events are stored, then they are written here: a full disk is met before
/// anything is stored. What is written is in the kernel's hands at once, so that the death of the process loses
/// nothing; the loss of power may.
package final class Outbox: Sendable {
    /// Room for the events of one turn.
    package struct Reservation: Sendable {
        fileprivate let conversation: String
        fileprivate let bodies: [[UInt8]]
        fileprivate let size: Int
    }

    private struct State {
        /// Oldest first. Only the last is written to, since a reader that sees it is done with the others; its room is
        /// enough for all reservations.
        var segments: [OutboxSegment] = []
        var reserved = 0
        var lastNumber: UInt64 = 0
        /// The stamp of the last event that was written.
        var lastStamp: UInt64 = 0
    }

    /// What segments take on disk unless one turn needs more.
    package static let defaultSegmentSize = 1 << 20

    let path: String
    private let directory: OutboxDirectory
    private let page: OutboxPage
    /// Held open: its lock tells others that the owner lives.
    private let lock: Int32
    private let limit: Int
    private let segmentSize: Int
    private let state = Mutex(State())

    /// A new outbox in a directory.
    ///
    /// - Parameter limit: How many bytes it may take on disk.
    /// - Throws: ``OutboxError``.
    package init(
        in directory: OutboxDirectory, limit: Int, segmentSize: Int = Outbox.defaultSegmentSize
    ) throws(OutboxError) {
        let name = Hexadecimal.text(UInt64.random(in: 0 ... .max))
        let unfinished = "\(directory.path)/new-\(name)"
        path = "\(directory.path)/box-\(name)"
        self.directory = directory
        self.limit = limit
        self.segmentSize = segmentSize
        guard mkdir(unfinished, 0o700) == 0 else { throw .system("make the directory", unfinished) }
        do throws(OutboxError) {
            let (shared, descriptor) = try SharedPage.open("\(unfinished)/state")
            page = OutboxPage(shared)
            lock = descriptor
        } catch {
            Directory.delete(unfinished)
            throw error
        }
        // Locked before it has its name, so that nobody ever takes it for an orphan.
        guard flock(lock, LOCK_EX | LOCK_NB) == 0, rename(unfinished, path) == 0 else {
            let error = OutboxError.system("make the outbox", path)
            close(lock)
            Directory.delete(unfinished)
            throw error
        }
        directory.order.add(1, to: OutboxDirectory.Word.boxes)
    }

    deinit {
        for segment in state.withLock(\.segments) { segment.close() }
        close(lock)
    }

    /// Makes room for events.
    ///
    /// - Parameter bodies: The events, oldest first.
    /// - Throws: ``OutboxError``; nothing is reserved then.
    package func reserve(_ bodies: [[UInt8]], of conversation: String) throws(OutboxError) -> Reservation {
        let size = bodies.reduce(0) { $0 + OutboxRecord.size(conversation: conversation, body: $1) }
        let result = state.withLock { state in
            Result { () throws(OutboxError) in
                try makeRoom(for: state.reserved + size, &state)
                state.reserved += size
            }
        }
        try result.get()
        return Reservation(conversation: conversation, bodies: bodies, size: size)
    }

    package func cancel(_ reservation: Reservation) {
        state.withLock { $0.reserved -= reservation.size }
    }

    /// Writes what room was reserved for, and wakes who publishes.
    ///
    /// - Throws: ``OutboxError`` where the file system breaks its word; the room is given back.
    package func write(_ reservation: Reservation) throws(OutboxError) {
        let result = state.withLock { state in
            Result { () throws(OutboxError) in
                defer { state.reserved -= reservation.size }
                try write(reservation, &state)
            }
        }
        try result.get()
        directory.order.wake(OutboxDirectory.Word.alarm)
    }

    package var waiting: Int { page.counts.waiting }

    private func write(_ reservation: Reservation, _ state: inout State) throws(OutboxError) {
        guard !reservation.bodies.isEmpty else { return }
        // There is room already, unless a write has failed since.
        try makeRoom(for: state.reserved, &state)
        let place = state.segments.count - 1
        let first = directory.takeStamps(reservation.bodies.count, after: state.lastStamp)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(reservation.size)
        for (index, body) in reservation.bodies.enumerated() {
            let record = OutboxRecord(
                stamp: first + UInt64(index), conversation: reservation.conversation, body: body)
            record.write(to: &bytes, segment: state.segments[place].number)
        }
        let last = first + UInt64(reservation.bodies.count) - 1
        state.lastStamp = last
        // Counted first: a reader may settle an event as soon as it is in the file.
        page.written(reservation.bodies.count)
        do throws(OutboxError) {
            try state.segments[place].append(bytes, lastStamp: last, in: path)
        } catch {
            page.written(-reservation.bodies.count)
            throw error
        }
    }

    /// Sees to it that the last segment has this much room.
    private func makeRoom(for size: Int, _ state: inout State) throws(OutboxError) {
        if let last = state.segments.last, last.room >= size { return }
        let acknowledged = page.settledStamp(atMost: state.lastStamp)
        // Those whose events are all confirmed: nothing is written to any of them any more.
        var free = state.segments.prefix { $0.lastStamp <= acknowledged }.count
        while free > 0 {
            free -= 1
            let segment = state.segments[0]
            // The last free one is used again, which also goes when the disk is full.
            let isUsedAgain =
                free == 0 && segment.capacity >= size && segment.capacity <= 2 * max(segmentSize, size)
            // What was reserved has its room here until there is another.
            if state.segments.count == 1, !isUsedAgain { break }
            state.segments.removeFirst()
            if isUsedAgain {
                state.lastNumber += 1
                state.segments.append(try segment.renewed(as: state.lastNumber, in: path))
                return
            }
            segment.delete(in: path)
        }
        let taken = state.segments.reduce(0) { $0 + $1.capacity }
        let capacity = max(segmentSize, size)
        guard taken + capacity <= max(limit, capacity) else {
            throw OutboxError(
                .noRoom,
                "\(waiting) events wait for the broker in '\(path)', which has grown to its limit of \(limit) bytes")
        }
        state.segments.append(try OutboxSegment(number: state.lastNumber + 1, capacity: capacity, in: path))
        state.lastNumber += 1
    }
}
