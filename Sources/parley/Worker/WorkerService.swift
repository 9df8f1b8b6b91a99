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
    private let server: HTTPServer
    private let logger: Logger

    private init(stores: WorkerStores, servers: WorkerServers, server: HTTPServer, logger: Logger) {
        self.stores = stores
        self.servers = servers
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
        let responder = try responder(conversations, settings)
        let tls = try settings.tls?.context(logger: logger)
        do {
            let server = try await HTTPServer.start(
                socket: context.listener.descriptor, executor: executor, limits: settings.requestLimits.server,
                tls: tls?.0,
                responder: responder, observer: ScoreboardObserver(context)
            ).get()
            context.listener.restoreBacklog()
            if let tls, let choice = settings.tls {
                CertificateWatch.start(choice, server: server, first: tls.1, loop: executor.loop, logger: logger)
            }
            return WorkerService(stores: stores, servers: servers, server: server, logger: logger)
        } catch {
            throw BootFailure("a worker cannot accept connections: \(error)", status: ExitStatus.system)
        }
    }

    /// Ends in reverse order: connections and turns, then stores and leases, then the servers that turns asked.
    ///
    /// - Parameter patience: How long turns may take until their connections are closed.
    func end(within patience: Duration) async {
        try? await server.shutDown(within: patience).get()
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
        _ conversations: Conversations, _ settings: RunSettings
    ) throws(BootFailure) -> APIResponder {
        var options = APIOptions(version: Version.parley)
        options.isEnabled = settings.server.enableApi
        options.token = settings.server.authToken
        options.webTokens = settings.webTokens
        options.corsOrigins = settings.server.cors
        do {
            let channels = try settings.channels.map { try ChannelCatalog.channel(named: $0, service: conversations) }
            return try APIResponder(service: conversations, channels: channels, options: options)
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.configuration)
        }
    }
}
