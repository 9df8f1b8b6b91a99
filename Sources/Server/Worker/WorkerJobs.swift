import API
import EventLoops
import ExactText
import HTTPServer
import JSON
import Logging
import ModelArchive
import NIOCore
import NIOPosix
import Prefork
import Synchronization
import System
import WebClient

/// Does jobs in processes of their own: the same binary's subcommand `job`, which the supervisor runs, a few at a time
/// for all workers, and which this worker waits for without standing still.
final class WorkerJobs: BackgroundJobs {
    private let directory: String
    private let jobs: SupervisedJobs
    private let model: @Sendable () -> String?
    private let httpClient: OutboundHTTPClient
    private let executor: LoopTaskExecutor
    private let logger: Logger
    private let context: WorkerContext
    private let limits: JobLimits
    /// How long a job may take.
    private let patience: Duration
    /// Jobs of this worker whose requests are held on disk.
    private let held = Mutex(0)
    /// Jobs whose responses go to an address later.
    let laterWork: LaterWork

    /// - Parameters:
    ///   - context: Where this worker tells the others of its trainings.
    ///   - model: The directory of the prepared model in use.
    init(
        _ settings: RunSettings, jobs: SupervisedJobs, context: WorkerContext, httpClient: OutboundHTTPClient,
        executor: LoopTaskExecutor, logger: Logger, model: @escaping @Sendable () -> String?
    ) {
        directory = settings.temporaryDirectory
        limits = settings.limits.jobs
        patience = settings.requestLimits.server.responseTimeout
        self.jobs = jobs
        self.context = context
        self.model = model
        self.httpClient = httpClient
        self.executor = executor
        self.logger = logger
        laterWork = LaterWork(executor: executor)
    }

    var activeTrainings: Int { context.scoreboard.total(of: Scoreboard.Gauge.trainings) }

    func start(_ job: BackgroundJob) async throws -> any StartedJob {
        // What would be refused anyway is not written to disk first.
        let mayStart = held.withLock { held in
            guard held < limits.running + limits.waiting else { return false }
            held += 1
            return true
        }
        guard mayStart else { throw Self.tooMany }
        let kind = JobKind(job)
        do {
            let place = try await makePlace(for: job)
            let words: [String]
            do throws(APIError) {
                words = try self.words(of: job, in: place)
            } catch {
                await place.discard()
                throw error
            }
            let description = JobDescription(directory: place.path, words: words + ["--body=\(place.body)"])
            guard context.canStart(description) else {
                await place.discard()
                throw APIError.badParameter("model", "The path is too long.")
            }
            guard let request = await jobs.start(description) else {
                await place.discard()
                throw Self.tooMany
            }
            if kind == .training { context.slot.change(.trainings, by: 1) }
            return WorkerJob(
                request, in: place, jobs, loop: executor.loop, patience: patience,
                finish: { [self] in try finish(kind, $0, $1) },
                ended: { [self] in
                    if kind == .training { context.slot.change(.trainings, by: -1) }
                    held.withLock { $0 -= 1 }
                })
        } catch {
            held.withLock { $0 -= 1 }
            throw error
        }
    }

    /// Sends the response of a request to an address.
    func send(_ body: [UInt8], contentType: String, to url: String) async {
        do {
            _ = try await httpClient.send(
                OutboundHTTPClient.Call(
                    "POST", url, headers: [("Content-Type", contentType)], body: body, timeout: .seconds(60)))
        } catch {
            logger.error(
                "The response to a request could not be sent to its callback_url", metadata: ["error": "\(error)"])
        }
    }

    /// Does something after the request was answered.
    func later(_ work: @escaping @Sendable () async -> Void) {
        laterWork.begin(work)
    }

    /// The path of a model; nil for the default directory without archives, which stands for the model in use.
    private static func named(_ path: String) -> String? {
        path.exact == ModelSelection.defaultDirectory.exact && (try? ModelLocator.archive(at: path)) == nil ? nil : path
    }

    private static let failed = APIError(
        .internalServerError, "UnexpectedError", "The process that does the work has failed; the server's log says why."
    )

    private static let tooMany = APIError.unavailable(
        "TooManyJobs", "The server already runs and queues as many trainings and tests as it accepts.", retryAfter: 10)

    /// The directory of a job, with the request's body in it.
    private func makePlace(for job: BackgroundJob) async throws -> JobPlace {
        let directory = directory
        let body = job.body
        do {
            return try await NIOThreadPool.singleton.runIfActive { () throws(SystemError) in
                let place = try JobPlace(in: directory)
                do throws(SystemError) {
                    try File.write(Array(body.readableBytesView), to: place.body)
                    return place
                } catch {
                    place.delete()
                    throw error
                }
            }
        } catch {
            // Said in the log, as the response promises.
            logger.error(
                "A job could not begin",
                metadata: ["error": "its request cannot be written in '\(directory)': \(error)"])
            throw Self.failed
        }
    }

    /// - Throws: `APIError.noModel` where the model was unloaded since the request was let in.
    private func words(of job: BackgroundJob, in place: JobPlace) throws(APIError) -> [String] {
        switch job {
        case .train(_, let keepsModel, let augmentation):
            let out = keepsModel ? ModelSelection.defaultDirectory : place.path
            return ["job", "train", "--out=\(out)", "--augmentation=\(max(0, augmentation))"]
        case .testIntents(_, let path, let folds):
            let used = path.flatMap(Self.named) ?? model()
            // The value in the same word: it may begin with a dash.
            if let folds { return ["job", "test-intents", "--folds=\(folds)"] }
            return ["job", "test-intents"] + (used.map { ["--model=\($0)"] } ?? [])
        case .testStories(_, let isEndToEnd):
            guard let model = model() else { throw .noModel }
            return ["job", "test-stories", "--model=\(model)"] + (isEndToEnd ? ["--e2e"] : [])
        }
    }

    /// What a job that has ended comes to.
    ///
    /// - Throws: `APIError`, as the job words it.
    private func finish(_ kind: JobKind, _ place: JobPlace, _ end: ProcessEnd) throws -> BackgroundJobResult {
        let words = place.lastWords
        if end == .exited(ExitStatus.outOfMemory) {
            logger.error(
                "A job needed more memory than it may have",
                metadata: ["job": "\(kind.rawValue)", "max_job_memory": "\(limits.memory)"])
            throw APIError(
                .internalServerError, kind.reason,
                "The job needed more memory than the \(limits.memory / 1_000_000) MB that --max-job-memory allows.")
        }
        guard let said = place.response, case .exited(let status) = end else {
            logger.error(
                "A job failed",
                metadata: ["job": "\(kind.rawValue)", "error": "it \(end)", "standard_error": "\(words)"])
            throw Self.failed
        }
        if !words.isEmpty {
            logger.warning("A job wrote to standard error", metadata: ["job": "\(kind.rawValue)", "said": "\(words)"])
        }
        guard status == 0 else {
            if let cause = said["cause"]?.string {
                logger.warning("A job failed", metadata: ["job": "\(kind.rawValue)", "error": "\(cause)"])
            }
            throw APIError(
                HTTPStatus(code: said["status"]?.int ?? 500), said["reason"]?.string ?? "UnexpectedError",
                said["message"]?.string ?? "The job failed.", details: said["details"]?.object ?? [:],
                help: said["help"]?.string)
        }
        switch kind {
        case .training:
            guard let path = said["model"]?.string, let bytes = try? File.read(path) else { throw Self.failed }
            return .model(name: path.exact.split(separator: "/").last.map(String.init) ?? path, bytes: bytes)
        case .test:
            guard let report = said["report"] else { throw Self.failed }
            return .report(report)
        }
    }
}

private enum JobKind: String {
    case training, test

    init(_ job: BackgroundJob) {
        switch job {
        case .train: self = .training
        case .testIntents, .testStories: self = .test
        }
    }

    /// What Rasa calls its failures.
    var reason: String {
        switch self {
        case .training: "TrainingError"
        case .test: "TestingError"
        }
    }
}

extension BackgroundJob {
    fileprivate var body: ByteBuffer {
        switch self {
        case .train(let body, _, _), .testIntents(let body, _, _), .testStories(let body, _): body
        }
    }
}
