package import NIOCore

/// Runs Swift tasks on an event loop, so that a worker's tasks and its connections share one thread and need no locks.
///
/// Jobs that become ready while the loop runs others are run in one go, in order. Tasks that yield, or become ready
/// over and over, are interrupted after some milliseconds, so that sockets get their turn. Jobs of tasks that nobody
/// waits for (``backgroundPriority``) come behind the others and leave the rest of a sequence to them, so that
/// thousands of them hold up nobody.
package final class LoopTaskExecutor: TaskExecutor, @unchecked Sendable {
    // @unchecked: all variables are touched on the loop only.

    /// The priority of tasks whose end no client waits for.
    package static let backgroundPriority = TaskPriority.utility

    package let loop: any EventLoop
    private var ready: [UnownedJob] = []
    private var running: [UnownedJob] = []
    private var background = CircularBuffer<UnownedJob>()
    private var isScheduled = false
    /// When the present sequence of rounds began, and when its last one ended.
    private var began = NIODeadline.uptimeNanoseconds(0)
    private var ended = NIODeadline.uptimeNanoseconds(0)

    /// How long rounds may follow each other: the loop runs what is to be run at once before it looks at its sockets.
    private static let maxSequence = TimeAmount.milliseconds(5)
    /// The same where all that is left is in the background.
    private static let maxBackground = TimeAmount.milliseconds(2)
    /// Rounds that are less apart belong together.
    private static let pause = TimeAmount.microseconds(20)

    /// An executor for a loop. One for each loop is enough.
    package init(loop: any EventLoop) { self.loop = loop }

    /// Takes a job from any thread and runs it on the loop's.
    package func enqueue(_ job: consuming ExecutorJob) {
        let isBackground = (1...Self.backgroundPriority.rawValue).contains(job.priority.rawValue)
        let job = UnownedJob(job)
        if loop.inEventLoop {
            schedule(job, isBackground)
        } else {
            loop.execute { self.schedule(job, isBackground) }
        }
    }

    private func schedule(_ job: UnownedJob, _ isBackground: Bool) {
        if isBackground { background.append(job) } else { ready.append(job) }
        guard !isScheduled else { return }
        isScheduled = true
        loop.execute { self.runReady() }
    }

    /// Runs what is ready; what becomes ready meanwhile waits for the next round.
    private func runReady() {
        let start = NIODeadline.now()
        if start - ended > Self.pause { began = start }
        swap(&ready, &running)
        for job in running { job.runSynchronously(on: asUnownedTaskExecutor()) }
        running.removeAll(keepingCapacity: true)
        runBackground()
        isScheduled = false
        ended = .now()
        guard !ready.isEmpty || !background.isEmpty else { return }
        isScheduled = true
        if ended - began < (ready.isEmpty ? Self.maxBackground : Self.maxSequence) {
            loop.execute { self.runReady() }
        } else {
            // Only what is due a moment later lets the loop look at its sockets first.
            loop.scheduleTask(in: Self.pause + Self.pause) { self.runReady() }
        }
    }

    /// One at least, and as many as were there and the sequence has time for.
    private func runBackground() {
        var left = background.count
        while left > 0, let job = background.popFirst() {
            job.runSynchronously(on: asUnownedTaskExecutor())
            left -= 1
            if .now() - began >= Self.maxBackground { return }
        }
    }
}
