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
    private let model: @Sendable () -> String
    private let caller: OutboundHTTPClient
    private let executor: LoopTaskExecutor
    private let logger: Logger
    private let context: WorkerContext
    private let limits: JobLimits
    /// How long a job may take.
    private let patience: Duration
    /// Jobs of this worker whose requests are held on disk.
    private let held = Mutex(0)

    /// - Parameters:
    ///   - context: Where this worker tells the others of its trainings.
    ///   - model: The prepared model in use; empty for none.
    init(
        _ settings: RunSettings, jobs: SupervisedJobs, context: WorkerContext, caller: OutboundHTTPClient,
        executor: LoopTaskExecutor, logger: Logger, model: @escaping @Sendable () -> String
    ) {
        directory = settings.temporaryDirectory
        limits = settings.limits.jobs
        patience = settings.requestLimits.server.responseTimeout
        self.jobs = jobs
        self.context = context
        self.model = model
        self.caller = caller
        self.executor = executor
        self.logger = logger
    }

    /// How many trainings the workers wait for.
    var activeTrainings: Int { context.scoreboard.total(of: Scoreboard.Gauge.trainings) }

    /// Has a job done.
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
            let description = JobDescription(
                directory: place.path, words: words(of: job, in: place) + ["--body=\(place.body)"])
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

    /// Sends the answer of a request to an address.
    func send(_ body: [UInt8], contentType: String, to url: String) async {
        do {
            _ = try await caller.send(
                OutboundHTTPClient.Call(
                    "POST", url, headers: [("Content-Type", contentType)], body: body, timeout: .seconds(60)))
        } catch {
            logger.error(
                "The answer of a request could not be sent to its callback_url", metadata: ["error": "\(error)"])
        }
    }

    /// Does something after the request was answered.
    func later(_ work: @escaping @Sendable () async -> Void) {
        Task(executorPreference: executor) { await work() }
    }

    /// The path of a model; nil for the default directory without archives, which stands for the model in use.
    private static func named(_ path: String) -> String? {
        path.exact == RunDefaults.modelsDirectory.exact && (try? ModelLocator.archive(at: path)) == nil ? nil : path
    }

    private static let failed = APIError(
        .internalServerError, "UnexpectedError", "The process that does the work has failed; the server's log says why."
    )

    private static let tooMany = APIError.unavailable(
        "TooManyJobs", "As many trainings and tests run and wait as the server takes at a time.", retryAfter: 10)

    /// The directory of a job, with the request's body in it.
    private func makePlace(for job: BackgroundJob) async throws -> JobPlace {
        let directory = directory
        let body = job.body
        do {
            return try await NIOThreadPool.singleton.runIfActive { () throws(FileFailure) in
                let place = try JobPlace(in: directory)
                do throws(FileFailure) {
                    try WholeFile.write(Array(body.readableBytesView), to: place.body)
                    return place
                } catch {
                    place.delete()
                    throw error
                }
            }
        } catch {
            // Said in the log, as the answer promises.
            logger.error(
                "A job could not begin",
                metadata: ["error": "its request cannot be written in '\(directory)': \(error)"])
            throw Self.failed
        }
    }

    private func words(of job: BackgroundJob, in place: JobPlace) -> [String] {
        switch job {
        case .train(_, let keepsModel, let augmentation):
            let out = keepsModel ? RunDefaults.modelsDirectory : place.path
            return ["job", "train", "--out=\(out)", "--augmentation=\(max(0, augmentation))"]
        case .testIntents(_, let path, let folds):
            let used = path.flatMap(Self.named) ?? model()
            // The value in the same word: it may begin with a dash.
            if let folds { return ["job", "test-intents", "--folds=\(folds)"] }
            return ["job", "test-intents"] + (used.isEmpty ? [] : ["--model=\(used)"])
        case .testStories(_, let isEndToEnd):
            return ["job", "test-stories", "--model=\(model())"] + (isEndToEnd ? ["--e2e"] : [])
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
        guard let said = place.answer, case .exited(let status) = end else {
            logger.error(
                "A job failed",
                metadata: ["job": "\(kind.rawValue)", "error": "it \(end)", "standard_error": "\(words)"])
            throw Self.failed
        }
        if !words.isEmpty {
            logger.warning("A job had something to say", metadata: ["job": "\(kind.rawValue)", "said": "\(words)"])
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
            guard let path = said["model"]?.string, let bytes = try? WholeFile.read(path) else { throw Self.failed }
            return .model(name: path.exact.split(separator: "/").last.map(String.init) ?? path, bytes: bytes)
        case .test:
            guard let report = said["report"] else { throw Self.failed }
            return .report(report)
        }
    }
}

/// What a job makes.
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
    /// What the request brought.
    fileprivate var body: ByteBuffer {
        switch self {
        case .train(let body, _, _), .testIntents(let body, _, _), .testStories(let body, _): body
        }
    }
}
