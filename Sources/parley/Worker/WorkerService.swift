import API
import Assistant
import Channels
import HTTPServer
import Logging
import ModelArchive
import NIOCore
import Prefork

/// What one worker serves, assembled after the fork: stores and leases, the model, the HTTP server.
final class WorkerService: Sendable {
    private let stores: WorkerStores
    private let servers: WorkerServers
    private let channels: WorkerChannels
    private let server: HTTPServer
    private let logger: Logger

    private init(
        stores: WorkerStores, servers: WorkerServers, channels: WorkerChannels, server: HTTPServer, logger: Logger
    ) {
        self.stores = stores
        self.servers = servers
        self.channels = channels
        self.server = server
        self.logger = logger
    }

    /// Opens what the worker needs and begins to accept.
    ///
    /// - Throws: ``BootFailure`` that names what could not be had.
    static func start(
        _ context: WorkerContext, _ settings: RunSettings, executor: LoopTaskExecutor, logger: Logger
    ) async throws(BootFailure) -> WorkerService {
        let servers = try WorkerServers(settings, loop: executor.loop)
        let assistant = try assistant(context, settings, servers.servers)
        let stores = WorkerStores(settings, owner: context.owner, loop: executor.loop)
        // Later a worker may start while Redis is away: its turns are refused until it is back, which is better than
        // no worker at all.
        if !context.isReplacement { try await stores.check() }
        let conversations = Conversations(
            assistant: AssistantSlot(assistant), leases: stores.leases, stores: stores.trackers,
            options: Conversations.Options(forgetsEarlierSessions: settings.endpoints.trackerStore == .inMemory))
        let channels = try WorkerChannels(settings, conversations: conversations, executor: executor)
        try await channels.start(isReplacement: context.isReplacement, logger: logger)
        let responder = try responder(conversations, channels, settings)
        do {
            let server = try await HTTPServer.start(
                socket: context.listener.descriptor, executor: executor, limits: limits(settings),
                responder: responder, observer: ScoreboardObserver(context)
            ).get()
            context.listener.restoreBacklog()
            return WorkerService(
                stores: stores, servers: servers, channels: channels, server: server, logger: logger)
        } catch {
            throw BootFailure("a worker cannot accept connections: \(error)", status: ExitStatus.system)
        }
    }

    /// Ends in reverse order: connections and turns, then channels, stores and leases, then the servers that turns asked.
    ///
    /// - Parameter patience: How long turns may take until their connections are closed.
    func end(within patience: Duration) async {
        await channels.leave()
        try? await server.shutDown(within: patience).get()
        await channels.end(within: patience)
        await stores.close()
        await servers.close()
    }

    /// Gives back the leases of a dead worker, which may take as long as Redis is away.
    func releaseLeases(of owner: String) async {
        await stores.releaseLeases(of: owner, logger: logger)
    }

    private static func assistant(
        _ context: WorkerContext, _ settings: RunSettings, _ servers: AssistantServers
    ) throws(BootFailure) -> Assistant? {
        guard !context.loaded.isEmpty else { return nil }
        let options = AssistantOptions(
            maxPredictions: settings.maxPredictions, allowMissingComponents: settings.allowsMissingComponents)
        do {
            return try Assistant(
                model: try PreparedModel.open(context.loaded), options: options, servers: servers)
        } catch {
            throw BootFailure(
                "the model '\(settings.archive ?? "")' cannot be served: \(error)", status: ExitStatus.data)
        }
    }

    private static func responder(
        _ conversations: Conversations, _ channels: WorkerChannels, _ settings: RunSettings
    ) throws(BootFailure) -> APIResponder {
        var options = APIOptions(version: Version.parley)
        options.isEnabled = settings.server.enableApi
        options.token = settings.server.authToken
        options.corsOrigins = settings.server.cors
        do {
            return try APIResponder(service: conversations, channels: channels.channels, options: options)
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.configuration)
        }
    }

    private static func limits(_ settings: RunSettings) -> ServerLimits {
        var limits = ServerLimits()
        limits.backlog = Int32(clamping: settings.backlog)
        limits.requestTime = .seconds(settings.server.requestTimeout)
        limits.answerTime = .seconds(settings.server.responseTimeout)
        return limits
    }
}
