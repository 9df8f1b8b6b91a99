import NIOCore
import Synchronization

/// When a worker was killed last.
final class KillClock: Sendable {
    private let last = Mutex<NIODeadline?>(nil)

    /// A worker has ended.
    func note(_ time: NIODeadline) { last.withLock { $0 = time } }

    /// Whether a turn cannot have been under way in a worker that was killed.
    func isSince(_ sent: NIODeadline) -> Bool { last.withLock { $0.map { sent >= $0 } ?? false } }
}
