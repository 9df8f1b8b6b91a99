import API
import ExactText
import HTTPServer
import JSON
import Logging
import NIOCore
import NIOPosix
import Prefork
import Synchronization
import System

/// A job of this worker that the supervisor has taken: it runs, or waits for its turn.
final class WorkerJob: StartedJob {
    private let request: UInt64
    private let place: JobPlace
    private let jobs: SupervisedJobs
    private let finish: @Sendable (JobPlace, ProcessEnd) throws -> BackgroundJobResult
    private let ended: @Sendable () -> Void
    private let deadline: Scheduled<Void>
    private let isOutOfTime: NIOLoopBoundBox<Bool>

    /// - Parameters:
    ///   - patience: How long it may take, the time in the queue included.
    ///   - finish: Makes the result of what the process has left behind; called on a thread that may wait.
    ///   - ended: Called once, whatever came of it.
    init(
        _ request: UInt64, in place: JobPlace, _ jobs: SupervisedJobs, loop: any EventLoop, patience: Duration,
        finish: @escaping @Sendable (JobPlace, ProcessEnd) throws -> BackgroundJobResult,
        ended: @escaping @Sendable () -> Void
    ) {
        self.request = request
        self.place = place
        self.jobs = jobs
        self.finish = finish
        self.ended = ended
        let isOutOfTime = NIOLoopBoundBox(false, eventLoop: loop)
        self.isOutOfTime = isOutOfTime
        deadline = loop.scheduleTask(in: TimeAmount(patience)) {
            isOutOfTime.value = true
            jobs.giveUp(request)
        }
    }

    func result() async throws -> BackgroundJobResult {
        defer {
            deadline.cancel()
            ended()
        }
        let end = await withTaskCancellationHandler {
            await jobs.end(of: request)
        } onCancel: {
            jobs.giveUp(request)
        }
        guard !Task.isCancelled, !isOutOfTime.value else {
            await place.discard()
            throw APIError.unavailable(
                "ResponseTimeout", "The job took longer than --response-timeout allows and was abandoned.",
                retryAfter: 10)
        }
        return try await NIOThreadPool.singleton.runIfActive { [finish, place] in
            defer { place.delete() }
            return try finish(place, end)
        }
    }
}

struct JobPlace: Sendable {
    let path: String

    /// - Parameter directory: The server's own.
    /// - Throws: `SystemError`.
    init(in directory: String) throws(SystemError) {
        path = try Directory.makeTemporary("\(directory)/job-")
    }

    var body: String { "\(path)/body" }

    var response: JSON? {
        guard let bytes = try? File.read("\(path)/response") else { return nil }
        return try? JSON(parsing: bytes)
    }

    /// The end of what it has written on standard error; empty for nothing.
    var lastWords: String {
        guard let bytes = try? File.read("\(path)/errors", atMost: 1 << 20) else { return "" }
        let text = String(decoding: bytes.suffix(2000), as: UTF8.self)
        return text.exact.split { $0 == "\n" || $0 == "\r" }.joined(separator: " | ")
    }

    func delete() { Directory.delete(path) }

    /// Deletes it on a thread that may wait.
    func discard() async { try? await NIOThreadPool.singleton.runIfActive { delete() } }
}
