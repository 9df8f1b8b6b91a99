import API
import Files
import Glibc
import HTTPServer
import JSON
import Logging
import ModelArchive
import NIOPosix
import Prefork
import WebClient

/// Does jobs in processes of their own: the same binary's subcommand `job`, which this worker waits for without
/// standing still.
final class WorkerJobs: BackgroundJobs {
    private let folder: String
    private let model: @Sendable () -> String
    private let caller: HTTPCaller
    private let executor: LoopTaskExecutor
    private let logger: Logger
    private let scoreboard: Scoreboard
    private let slot: Scoreboard.Slot

    /// - Parameters:
    ///   - folder: Where the server's own files are.
    ///   - context: Where this worker tells the others of its trainings.
    ///   - model: The prepared model in use; empty for none.
    init(
        folder: String, context: WorkerContext, caller: HTTPCaller, executor: LoopTaskExecutor, logger: Logger,
        model: @escaping @Sendable () -> String
    ) {
        self.folder = folder
        scoreboard = context.scoreboard
        slot = context.slot
        self.model = model
        self.caller = caller
        self.executor = executor
        self.logger = logger
    }

    /// How many trainings the workers wait for.
    var activeTrainings: Int { scoreboard.total(of: Scoreboard.Gauge.trainings) }

    /// Does a job and waits for its end.
    func run(_ job: BackgroundJob) async throws -> BackgroundJobResult {
        switch job {
        case .train(let body, let keepsModel, let augmentation):
            slot.change(.trainings, by: 1)
            defer { slot.change(.trainings, by: -1) }
            return try await inScratchFolder { place in
                let out = keepsModel ? RunDefaults.modelsFolder : place
                let said = try await run(
                    ["train", "--out=\(out)", "--augmentation=\(max(0, augmentation))"], body, in: place)
                guard let path = said["model"]?.string, let bytes = try? WholeFile.read(path) else { throw Self.failed }
                return .model(name: path.split(separator: "/").last.map(String.init) ?? path, bytes: bytes)
            }
        case .testIntents(let body, let path, let folds):
            let used = path.flatMap(Self.named) ?? model()
            var words = ["test-intents"]
            // The value in the same word: it may begin with a dash.
            if let folds { words.append("--folds=\(folds)") } else if !used.isEmpty { words.append("--model=\(used)") }
            return try await report(words, body)
        case .testStories(let body, let isEndToEnd):
            return try await report(["test-stories", "--model=\(model())"] + (isEndToEnd ? ["--e2e"] : []), body)
        }
    }

    /// Sends the answer of a request to an address.
    func send(_ body: [UInt8], contentType: String, to url: String) async {
        do {
            _ = try await caller.send(
                HTTPCaller.Call(
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

    /// The path of a model; nil for the default folder without archives, which stands for the model in use.
    private static func named(_ path: String) -> String? {
        path == RunDefaults.modelsFolder && (try? ModelLocator.archive(at: path)) == nil ? nil : path
    }

    private static let failed = APIError(
        .internalServerError, "UnexpectedError", "The process that does the work has failed; the server's log says why."
    )

    private func report(_ words: [String], _ body: [UInt8]) async throws -> BackgroundJobResult {
        let words = words
        return try await inScratchFolder { place in
            guard let report = try await run(words, body, in: place)["report"] else { throw Self.failed }
            return .report(report)
        }
    }

    private func inScratchFolder(
        _ work: (String) async throws -> BackgroundJobResult
    ) async throws -> BackgroundJobResult {
        let place: String
        do throws(FileFailure) {
            place = try Folder.makeTemporary("\(folder)/job-")
        } catch {
            throw failure("a folder for it cannot be made in '\(folder)': \(error)")
        }
        defer { Folder.delete(place) }
        return try await work(place)
    }

    /// Runs `parley job` and returns what it said.
    ///
    /// - Throws: `APIError` as the job words it.
    private func run(_ words: [String], _ body: [UInt8], in place: String) async throws -> JSON {
        let bodyFile = "\(place)/body"
        let answerFile = "\(place)/answer"
        do throws(FileFailure) {
            try WholeFile.write(body, to: bodyFile)
        } catch {
            throw failure("its request cannot be written to '\(bodyFile)': \(error)")
        }
        let command = ["job"] + words + ["--body=\(bodyFile)"]
        guard let process = OwnCommand.start(command, output: .file(answerFile)) else { throw Self.failed }
        let status = try await NIOThreadPool.singleton.runIfActive { () -> Int32 in
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            return status
        }
        guard let answer = try? WholeFile.read(answerFile), let said = try? JSON(parsing: answer) else {
            logger.error("A job failed", metadata: ["job": "\(words[0])", "status": "\(status)"])
            throw Self.failed
        }
        guard status == 0 else {
            if let cause = said["cause"]?.string {
                logger.warning("A job failed", metadata: ["job": "\(words[0])", "error": "\(cause)"])
            }
            throw APIError(
                HTTPStatus(code: said["status"]?.int ?? 500), said["reason"]?.string ?? "UnexpectedError",
                said["message"]?.string ?? "The job failed.", details: said["details"]?.object ?? [:],
                help: said["help"]?.string)
        }
        return said
    }

    /// Says in the log why a job could not begin, as the answer promises.
    private func failure(_ reason: String) -> APIError {
        logger.error("A job failed", metadata: ["error": "\(reason)"])
        return Self.failed
    }
}
