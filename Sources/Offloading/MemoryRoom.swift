import CParleySystem
import Synchronization

/// Whether a worker whose memory is bounded has room for more.
///
/// What a body or a conversation becomes in memory is known only once it is there, so it is not reckoned beforehand:
/// what takes much begins one after another, and each only while the process has less than a part of what it may have.
public final class MemoryRoom: Sendable {
    private struct Marks {
        /// From here on long computations and readings wait, and requests are refused; in bytes.
        let room: UInt64
        let full: UInt64

        init(share: UInt64, used: UInt64) {
            let free = share > used ? share - used : 0
            room = used + free / 2
            full = used + free / 4 * 3
        }
    }

    private let share: UInt64
    private let marks: Mutex<Marks>
    private let resident: @Sendable () -> UInt64
    private let giveBack: @Sendable () -> Void
    private let lastGivenBack = Mutex(ContinuousClock.now - MemoryRoom.pause)
    /// What the process had when it was last looked at, and when that was.
    private let last: Mutex<(bytes: UInt64, at: ContinuousClock.Instant)>

    /// To give free memory back takes a moment in which nothing else is done.
    private static let pause = Duration.milliseconds(50)
    /// A look into the system costs less than a hundredth of a turn, and need not be had for each request of a burst.
    private static let freshness = Duration.milliseconds(2)

    /// - Parameters:
    ///   - share: Bytes that the process may have.
    ///   - resident: The process's own memory in bytes.
    ///   - giveBack: Gives back what is free.
    public init(
        share: UInt64, resident: @escaping @Sendable () -> UInt64 = MemoryRoom.resident,
        giveBack: @escaping @Sendable () -> Void = MemoryRoom.giveBack
    ) {
        self.share = share
        self.resident = resident
        self.giveBack = giveBack
        let used = resident()
        marks = Mutex(Marks(share: share, used: used))
        last = Mutex((used, .now))
    }

    @usableFromInline
    static func resident() -> UInt64 { parley_resident_memory() }

    @usableFromInline
    static func giveBack() { parley_give_back_memory() }

    /// What the process has now, before its first request, is its model's and stays; the room is in what is left.
    ///
    /// - Returns: The bytes that are left for clients.
    @discardableResult
    public func settle() -> UInt64 {
        let used = resident()
        marks.withLock { $0 = Marks(share: share, used: used) }
        return share > used ? share - used : 0
    }

    /// Whether something may begin that may take much.
    public var isThere: Bool {
        let room = marks.withLock(\.room)
        if resident() < room { return true }
        let mayGiveBack = lastGivenBack.withLock { last in
            guard ContinuousClock.now - last > Self.pause else { return false }
            last = .now
            return true
        }
        guard mayGiveBack else { return false }
        giveBack()
        return resident() < room
    }

    /// Whether so little is left that not even something small may begin.
    public var isFull: Bool {
        let bytes = last.withLock { last in
            let now = ContinuousClock.now
            if now - last.at > Self.freshness { last = (resident(), now) }
            return last.bytes
        }
        return bytes >= marks.withLock(\.full)
    }
}
