import ExactText
import Glibc
import System

/// The directory in which the workers of a host keep events until the broker has them.
///
/// Every worker writes an outbox of its own (`box-…`), so that no worker ever waits for another. What the outboxes
/// share is in the file `order`: a counter from which every event gets its stamp at the moment when it is written. A
/// turn is written before the conversation's next one begins, whichever worker has it; so whoever publishes by rising
/// stamps keeps the order of every conversation. One process publishes for all; it holds the lock of the file
/// `publisher`. The outboxes of dead workers are published like the others, and deleted then.
package final class OutboxDirectory: Sendable {
    /// Words of the file `order`.
    enum Word {
        /// The last stamp that was given out.
        static let stamp = 0
        /// Changes when there is something to publish.
        static let alarm = 1
        /// Changes when there is a new outbox.
        static let boxes = 2
    }

    package let path: String
    let order: SharedPage

    /// Opens a directory, which is made where it is missing.
    ///
    /// - Throws: ``OutboxError`` that names the path.
    package init(path: String) throws(OutboxError) {
        do throws(SystemError) {
            try Directory.make(path, permissions: 0o700)
        } catch {
            throw .system("make the directory", path, error.code)
        }
        self.path = path
        let (page, descriptor) = try SharedPage.open("\(path)/order")
        close(descriptor)
        order = page
        // The time is ahead of all counting, so that stamps rise even where the machine lost the file's last state.
        restoreStamps()
    }

    /// A limit on the size of files must show itself as an error of the write, as a full disk does.
    package static func ignoreSizeSignals() { signal(SIGXFSZ, SIG_IGN) }

    /// The outboxes, dead or alive.
    func boxes() -> [String] { Self.names(in: path).filter { $0.exact.hasPrefix("box-") }.sortedByCodePoints() }

    /// The last stamp that was given out.
    var lastStamp: UInt64 { order[Word.stamp] }

    /// So many stamps that nobody else gets.
    ///
    /// - Parameter last: The stamp that they must follow. They always do, unless the file has been damaged.
    /// - Returns: The first of them; the others follow it.
    func takeStamps(_ count: Int, after last: UInt64) -> UInt64 {
        while true {
            let before = order.add(UInt64(count), to: Word.stamp)
            if Self.follows(before, last) { return before &+ 1 }
            restoreStamps(after: last)
        }
    }

    /// A stamp that was given out is known: those to come follow it, also where the file has been damaged.
    func wasGiven(_ stamp: UInt64) { order.raise(Word.stamp, to: stamp) }

    /// Whether the counter may have come from one stamp to another: it follows the time, and no counting comes a
    /// century ahead of that.
    private static func follows(_ counter: UInt64, _ last: UInt64) -> Bool {
        counter >= last && counter <= max(time, last) &+ 1 << 52
    }

    /// Microseconds since 1970.
    private static var time: UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return UInt64(clamping: now.tv_sec) &* 1_000_000 &+ UInt64(clamping: now.tv_nsec / 1000)
    }

    /// Makes sure that stamps rise from here: above the time, and above one that was given out.
    private func restoreStamps(after last: UInt64 = 0) {
        let found = order[Word.stamp]
        let least = max(Self.time, last)
        if Self.follows(found, last) {
            order.raise(Word.stamp, to: least)
        } else {
            // Another process may do the same at this moment; then its word stands.
            order.replace(found, by: least, in: Word.stamp)
        }
    }

    /// The names of what is in a directory; none where it cannot be read.
    static func names(in directory: String) -> [String] { (try? Directory.names(in: directory)) ?? [] }
}
