import ExactText
import Glibc
import Logging
import System

/// Gathers the events of all outboxes of a directory by rising stamps. One process at a time has it.
final class OutboxCollector {
    private let directory: OutboxDirectory
    private let lock: Int32
    private let logger: Logger
    private var readers: [OutboxReader] = []
    private var seenBoxes: UInt64?
    private var unreadable: Set<ExactString> = []

    /// - Returns: Nil while another process has the directory's events to publish.
    /// - Throws: ``OutboxError``.
    init?(_ directory: OutboxDirectory, logger: Logger) throws(OutboxError) {
        let path = "\(directory.path)/publisher"
        lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw .system("open", path) }
        self.directory = directory
        self.logger = logger
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { return nil }
    }

    deinit { if lock >= 0 { close(lock) } }

    var waiting: Int { readers.reduce(0) { $0.addingSaturating($1.waiting) } }

    /// The next events to publish: none is missing that precedes one of them in its conversation.
    func collect(atMost count: Int) -> [Collected] {
        // All that has a stamp up to here and follows on something is preceded by what is in the files by now: the
        // turn before was written to the end before this one's stamp was taken.
        var bound = directory.lastStamp
        let boxes = directory.order[OutboxDirectory.Word.boxes]
        if boxes != seenBoxes {
            seenBoxes = boxes
            openNewBoxes()
        }
        for reader in readers {
            reader.readAhead()
            directory.wasGiven(reader.readStamp)
            if reader.isCut { bound = min(bound, reader.readStamp) }
        }
        var collected: [Collected] = []
        for (index, reader) in readers.enumerated() {
            for record in reader.pending.prefix(while: { $0.stamp <= bound }) {
                collected.append(
                    Collected(
                        event: OutgoingEvent(
                            id: "\(reader.name.dropFirst(4))-\(record.stamp)", conversation: record.conversation,
                            body: record.body),
                        stamp: record.stamp, reader: index))
            }
        }
        collected.sort { $0.stamp < $1.stamp }
        return Array(collected.prefix(count))
    }

    /// Marks events as done: the first ones of what was collected.
    func acknowledge(_ done: ArraySlice<Collected>) {
        var counts = [Int](repeating: 0, count: readers.count)
        for event in done { counts[event.reader] += 1 }
        for (reader, count) in zip(readers, counts) { reader.acknowledge(count) }
    }

    /// Deletes what dead workers left behind and has been published.
    func deleteOrphans() {
        readers.removeAll { $0.deleteIfOrphaned() }
    }

    private func openNewBoxes() {
        let known = Set<ExactString>(readers.map(\.name))
        for name in directory.boxes() where !known.contains(name) {
            do throws(OutboxError) {
                readers.append(try OutboxReader(name: name, in: directory))
            } catch {
                guard unreadable.insert(name).inserted else { continue }
                logger.error("An outbox cannot be read; its events wait", metadata: ["error": "\(error)"])
            }
        }
    }
}

/// An event with its place in an outbox.
struct Collected {
    let event: OutgoingEvent
    let stamp: UInt64
    let reader: Int
}
