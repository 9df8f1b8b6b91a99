import CParleySystem
import Glibc
import Synchronization

/// The thread beside a worker's loop that takes long computations, one after another.
///
/// Its queue is bounded, and so is the processor time of a job. A job that runs for long lets those that have come
/// since go first, at its checkpoints: they run on top of it, so that somebody with a short computation waits for a
/// fraction of a second and not for the end of the longest. The thread has a lower priority than the loop, and begins
/// with the first job: a process of one thread needs no locked instructions for its memory and files.
public final class HelperThread: Offload {
    public struct Limits: Sendable, Hashable {
        /// Jobs that wait; more are refused.
        public var waiting = 32
        /// How long a job waits; longer is refused.
        public var wait = Duration.seconds(10)
        /// The processor time of a job; more ends it at its next checkpoint.
        public var time = Duration.seconds(10)
        /// The processor time after which a job lets others go first.
        public var share = Duration.milliseconds(100)
        /// How many jobs may be interrupted by others at a time.
        public var depth = 4

        public init() {}

        var timeNanoseconds: UInt64 { Self.nanoseconds(time) }
        var shareNanoseconds: UInt64 { Self.nanoseconds(share) }

        private static func nanoseconds(_ duration: Duration) -> UInt64 {
            UInt64(clamping: duration.components.seconds) * 1_000_000_000
                + UInt64(clamping: duration.components.attoseconds / 1_000_000_000)
        }
    }

    private struct State {
        /// Few at most. What has been taken out is held by nobody else, so that a job's values are freed on the thread.
        var waiting: [HelperJob] = []
        /// What is to be let go of, and since when.
        var released: [(value: any Sendable, since: ContinuousClock.Instant)] = []
        /// Jobs that were begun and have not ended.
        var running = 0
        var hasThread = false
        var isEnding = false
    }

    /// Owners hand a value over while they still hold it, so it is kept for a moment: whoever lets go last has the
    /// work.
    private static let releaseDelay = Duration.milliseconds(300)

    let limits: Limits
    private let memory: MemoryRoom?
    private let lane: ReadingLane?
    private let state = Mutex(State())
    private let signal = Signal()

    /// - Parameter memory: Tells whether there is memory for another job; nil where there always is.
    public init(limits: Limits = Limits(), memory: MemoryRoom? = nil) {
        self.limits = limits
        self.memory = memory
        lane = memory.map { ReadingLane($0, patience: limits.wait) }
    }

    public var hasBoundedMemory: Bool { lane != nil }

    public func reading<Result: Sendable>(_ read: @Sendable () async throws -> Result) async throws -> Result {
        guard let lane else { return try await read() }
        return try await lane.read(read)
    }

    /// Ends the thread once nothing waits any more; what comes then is refused.
    public func end() {
        state.withLock { $0.isEnding = true }
        signal.raise()
    }

    public func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                submit(
                    HelperJob(self, cancellation, refusal: { continuation.resume(throwing: $0) }) {
                        continuation.resume(with: Swift.Result { try work() })
                    })
            }
        } onCancel: {
            cancellation.want()
        }
    }

    /// Computes something on the thread, whatever waits: there is no more of it than there were jobs before.
    public func finish<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            submit(HelperJob(self) { continuation.resume(returning: work()) })
        }
    }

    /// Lets go of something on the thread.
    public func release(_ value: any Sendable) {
        guard hasThread() else { return }
        let isFirst = state.withLock { state in
            guard !state.isEnding else { return false }
            state.released.append((value, .now))
            return state.released.count == 1
        }
        if isFirst { signal.raise() }
    }

    /// Where the thread cannot take it, a job that cannot be refused runs here.
    private func submit(_ job: HelperJob) {
        let isTaken =
            hasThread()
            && state.withLock { state in
                guard !state.isEnding, !job.isRefusable || state.waiting.count < limits.waiting else { return false }
                state.waiting.append(job)
                return true
            }
        if isTaken { signal.raise() } else if job.isRefusable { job.refuse(OffloadError(.busy)) } else { job.run() }
    }

    /// Whether there is a thread; where there is none yet it is begun, unless the system gives none.
    private func hasThread() -> Bool {
        state.withLock { state in
            if !state.hasThread { state.hasThread = Self.startThread { [self] in serve() } }
            return state.hasThread
        }
    }

    var waiting: Int { state.withLock(\.waiting.count) }

    // MARK: On the thread

    private func serve() {
        while true {
            if runNext() { continue }
            let (isEnding, hasReleased) = letGo()
            if isEnding { return }
            signal.wait(milliseconds: waiting > 0 ? Self.memoryPause : hasReleased ? 100 : nil)
        }
    }

    /// Runs jobs that have come since one began that has had its share.
    ///
    /// - Returns: Whether there were any.
    func runWaiting() -> Bool {
        guard state.withLock({ $0.running < limits.depth && !$0.waiting.isEmpty }) else { return false }
        return runNext()
    }

    /// Jobs that may be refused wait for room, or for their time to be over.
    private func runNext() -> Bool {
        guard waiting > 0 else { return false }
        let hasRoom = memory?.isThere ?? true
        let job = state.withLock { state -> HelperJob? in
            let next = state.waiting.firstIndex { hasRoom || !$0.isRefusable || isOverdue($0) }
            guard let next else { return nil }
            state.running += 1
            return state.waiting.remove(at: next)
        }
        guard let job else { return false }
        if job.isRefusable, isOverdue(job) {
            job.refuse(OffloadError(.busy))
        } else {
            job.run()
        }
        state.withLock { $0.running -= 1 }
        return true
    }

    private func isOverdue(_ job: HelperJob) -> Bool { ContinuousClock.now - job.queuedAt > limits.wait }

    /// How long jobs that wait for memory wait before it is looked at again.
    private static let memoryPause = 20

    /// Lets go of what has waited long enough.
    private func letGo() -> (isEnding: Bool, hasReleased: Bool) {
        let now = ContinuousClock.now
        let (gone, isEnding, hasReleased) = state.withLock { state in
            let count = state.released.prefix { state.isEnding || now - $0.since > Self.releaseDelay }.count
            let gone = Array(state.released.prefix(count))
            state.released.removeFirst(count)
            return (gone, state.isEnding && state.waiting.isEmpty, !state.released.isEmpty)
        }
        // The values are freed here, without the lock.
        withExtendedLifetime(gone) {}
        return (isEnding, hasReleased)
    }

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Deep JSON and jobs on top of each other need more than the 8 MB that a thread has at most by default.
    private static let stackSize = 16 << 20
    /// The loop comes first where both want to run.
    private static let niceness: Int32 = 2

    private static func startThread(_ run: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let body = Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                parley_set_title("helper")
                // On Linux the priority is that of the calling thread alone.
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, HelperThread.niceness)
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard status == 0 else {
            body.release()
            return false
        }
        return true
    }
}
