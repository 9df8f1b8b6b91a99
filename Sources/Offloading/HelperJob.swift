import Glibc
import Synchronization

final class HelperJob: Sendable {
    private let work: @Sendable () -> Void
    /// What happens where it does not run; nil for a job that must.
    private let refusal: (@Sendable (any Error) -> Void)?
    let queuedAt = ContinuousClock.now
    private let thread: HelperThread
    private let cancellation: Cancellation?
    /// Processor time of the thread in nanoseconds when the job began, with what other jobs took of it since; written
    /// by the helper thread alone.
    private let began = Atomic<UInt64>(0)
    /// The same when another job last went before this one.
    private let lastYield = Atomic<UInt64>(0)

    init(
        _ thread: HelperThread, _ cancellation: Cancellation? = nil, refusal: (@Sendable (any Error) -> Void)? = nil,
        _ work: @escaping @Sendable () -> Void
    ) {
        self.thread = thread
        self.cancellation = cancellation
        self.work = work
        self.refusal = refusal
    }

    var isRefusable: Bool { refusal != nil }

    func refuse(_ error: any Error) { refusal?(error) }

    /// Runs the job on the helper thread, unless it is not wanted any more.
    func run() {
        if let refusal, cancellation?.isWanted == true { return refusal(CancellationError()) }
        let now = Self.processorTime()
        began.store(now, ordering: .relaxed)
        lastYield.store(now, ordering: .relaxed)
        Checkpoint.$current.withValue(self) { work() }
    }

    /// Lets waiting jobs go first, once this one has had its share since the last.
    func yield() {
        let now = Self.processorTime()
        guard now &- lastYield.load(ordering: .relaxed) > thread.limits.shareNanoseconds, thread.runWaiting() else {
            return
        }
        let after = Self.processorTime()
        lastYield.store(after, ordering: .relaxed)
        began.store(began.load(ordering: .relaxed) &+ (after &- now), ordering: .relaxed)
    }

    func check() throws {
        if cancellation?.isWanted == true { throw CancellationError() }
        let taken = Self.processorTime() &- began.load(ordering: .relaxed)
        if taken > thread.limits.timeNanoseconds { throw OffloadError(.tookTooLong) }
    }

    private static func processorTime() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// Whether nobody waits for a job any more.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isWanted: Bool { flag.load(ordering: .relaxed) }

    func want() { flag.store(true, ordering: .relaxed) }
}
