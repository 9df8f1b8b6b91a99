public import NIOCore

/// Runs Swift tasks on an event loop, so that a worker's tasks and its connections share one thread and need no locks.
///
/// Jobs that become ready while the loop runs others are run in one go, in order.
public final class LoopTaskExecutor: TaskExecutor, @unchecked Sendable {
    // @unchecked: `ready`, `running` and `isScheduled` are touched on the loop only.

    /// The loop whose thread runs the tasks.
    public let loop: any EventLoop
    private var ready: [UnownedJob] = []
    private var running: [UnownedJob] = []
    private var isScheduled = false

    /// An executor for a loop. One for each loop is enough.
    public init(loop: any EventLoop) {
        self.loop = loop
    }

    /// Takes a job from any thread and runs it on the loop's.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if loop.inEventLoop {
            schedule(job)
        } else {
            loop.execute { self.schedule(job) }
        }
    }

    private func schedule(_ job: UnownedJob) {
        ready.append(job)
        guard !isScheduled else { return }
        isScheduled = true
        loop.execute { self.runReady() }
    }

    /// Runs what is ready; what becomes ready meanwhile waits for the next round, so that sockets get their turn.
    private func runReady() {
        swap(&ready, &running)
        for job in running { job.runSynchronously(on: asUnownedTaskExecutor()) }
        running.removeAll(keepingCapacity: true)
        isScheduled = false
        guard !ready.isEmpty else { return }
        isScheduled = true
        loop.execute { self.runReady() }
    }
}
