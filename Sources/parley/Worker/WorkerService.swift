import HTTPServer
import Logging
import NIOCore
import Prefork
import Synchronization

/// What one worker serves, assembled after the fork: stores and leases, the model, the HTTP server.
final class WorkerService: Sendable {
    /// Whether new requests are welcome; false from the first word of an end.
    let isReady = Atomic<Bool>(true)
    private let server: HTTPServer

    private init(server: HTTPServer) {
        self.server = server
    }

    /// Opens what the worker needs and begins to accept.
    ///
    /// - Throws: ``BootFailure`` that names what could not be had.
    static func start(
        _ context: WorkerContext, _ settings: RunSettings, executor: LoopTaskExecutor, logger: Logger
    ) async throws(BootFailure) -> WorkerService {
        var limits = ServerLimits()
        limits.backlog = Int32(clamping: settings.backlog)
        do {
            let server = try await HTTPServer.start(
                socket: context.listener.descriptor, executor: executor, limits: limits, responder: Greeting(),
                observer: ScoreboardObserver(context)
            ).get()
            return WorkerService(server: server)
        } catch {
            throw BootFailure("a worker cannot accept connections: \(error)", status: ExitStatus.system)
        }
    }

    /// Ends in reverse order: the server first.
    func end(within patience: Duration) async {
        try? await server.shutDown(within: patience).get()
    }

    /// Gives back the leases of a dead worker.
    func releaseLeases(of owner: String) async {}
}

private struct Greeting: Responder {
    func respond(to request: HTTPRequest) async -> HTTPResponse {
        .text("Hello from Rasa: \(RasaVersion.served)")
    }
}
