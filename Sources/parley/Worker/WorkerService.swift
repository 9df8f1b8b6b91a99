import API
import Assistant
import CParleySystem
import Channels
import EventLoops
import HTTPServer
import Leases
import Logging
import ModelArchive
import NIOCore
import Offloading
import Prefork
import Settings
import Synchronization

/// What one worker serves, assembled after the fork: stores and leases, the model, the HTTP server.
final class WorkerService: Sendable {
    /// A model that is not answered from yet.
    private enum Preparation {
        case underWay
        case ready(Assistant?)
    }

    private let conversations: Conversations
    private let makeAssistant: @Sendable (String) -> Result<Assistant?, BootFailure>
    private let prepared = Mutex<[UInt64: Preparation]>([:])
    private let offload: any Offload
    private let stores: WorkerStores
    private let servers: WorkerServers
    private let broker: WorkerBroker?
    private let clock: ReminderClock
    private let channels: WorkerChannels
    private let server: HTTPServer
    private let logger: Logger

    private init(
        conversations: Conversations, makeAssistant: @escaping @Sendable (String) -> Result<Assistant?, BootFailure>,
        stores: WorkerStores, broker: WorkerBroker?, servers: WorkerServers, channels: WorkerChannels,
        clock: ReminderClock,
        server: HTTPServer, offload: any Offload, logger: Logger
    ) {
        self.offload = offload
        self.conversations = conversations
        self.makeAssistant = makeAssistant
        self.clock = clock
        self.stores = stores
        self.broker = broker
        self.servers = servers
        self.channels = channels
        self.server = server
        self.logger = logger
    }

    /// Opens what the worker needs and begins to accept.
    ///
    /// - Throws: ``BootFailure`` that names what could not be had.
    static func start(
        _ context: WorkerContext, _ settings: RunSettings, models: some ModelReloader, jobs: SupervisedJobs,
        executor: LoopTaskExecutor, logger: Logger
    ) async throws(BootFailure) -> WorkerService {
        let offload = HelperThread()
        let servers = try WorkerServers(settings, offload: offload, loop: executor.loop)
        let makeAssistant: @Sendable (String) -> Result<Assistant?, BootFailure> = { loaded in
            Result { () throws(BootFailure) in try Self.assistant(loaded, settings, servers.servers, offload) }
        }
        let assistant = try makeAssistant(context.loaded).get()
        let stores = WorkerStores(
            settings.endpoints, sql: settings.sql,
            leaseSettings: LeaseSettings(
                lifetime: settings.leaseLifetime, waitingLimit: settings.requestLimits.waitingMessages),
            owner: context.owner, offload: offload, loop: executor.loop)
        // Later a worker may start while Redis is away: its turns are refused until it is back, which is better than
        // no worker at all.
        if !context.isReplacement { try await stores.check() }
        let clock = ReminderClock(
            executor: executor, maxWait: stores.sharesReminders ? .seconds(2) : nil, logger: logger)
        let broker = try settings.endpoints.eventBroker.map { (broker) throws(BootFailure) in
            try WorkerBroker(broker, sql: settings.sql, loop: executor.loop, logger: logger)
        }
        let conversations = Conversations(
            assistant: ActiveAssistant(assistant), leases: stores.leases, stores: stores.trackers,
            reminders: Reminders(store: stores.reminders) { clock.plan(at: $0) }, outlet: broker, offload: offload,
            options: Conversations.Options(
                forgetsEarlierSessions: settings.endpoints.trackerStore == .inMemory, readsAhead: stores.readsAhead,
                maxMessageLength: settings.requestLimits.messageLength))
        let channels = try WorkerChannels(settings, conversations: conversations, executor: executor)
        try await channels.start(isReplacement: context.isReplacement, logger: logger)
        let jobs = WorkerJobs(
            settings, jobs: jobs, context: context, caller: channels.caller, executor: executor, logger: logger
        ) { conversations.assistant.current?.directory ?? "" }
        let responder = try responder(conversations, models, jobs, channels, settings)
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
            let observer = ScoreboardObserver(context)
            MemoryKeeper.start(on: executor.loop) {
                MemoryKeeper.Load(
                    underWay: observer.requestsInFlight + channels.background.count, answered: observer.requests)
            }
            clock.start {
                try await conversations.triggerReminders(
                    begin: { channels.background.run($0) },
                    replies: { channels.output(named: $0) ?? CollectingOutputChannel() })
            }
            return WorkerService(
                conversations: conversations, makeAssistant: makeAssistant, stores: stores, broker: broker,
                servers: servers,
                channels: channels, clock: clock, server: server, offload: offload, logger: logger)
        } catch {
            throw BootFailure("a worker cannot accept connections: \(error)", status: ExitStatus.system)
        }
    }

    /// Ends in reverse order: connections and turns, then channels, events, stores and leases, then the servers that
    /// turns asked.
    ///
    /// - Parameter patience: How long turns may take until their connections are closed.
    func end(within patience: Duration) async {
        clock.stop()
        await channels.leave()
        try? await server.shutDown(within: patience).get()
        await channels.end(within: patience)
        await broker?.end(within: .seconds(2))
        await stores.close()
        await servers.close()
    }

    /// Takes in a model without answering from it. Its files are read elsewhere, so that others are answered meanwhile.
    func prepare(_ loaded: String, for swap: UInt64) async -> Result<Void, BootFailure> {
        prepared.withLock { $0[swap] = .underWay }
        let made: Result<Assistant?, BootFailure>
        do {
            made = try await offload.run { [makeAssistant] in makeAssistant(loaded) }
        } catch {
            made = .failure(BootFailure("the model cannot be prepared now: \(error)", status: ExitStatus.unavailable))
        }
        let isWanted = prepared.withLock { prepared in
            guard prepared[swap] != nil else { return false }
            switch made {
            case .success(let assistant): prepared[swap] = .ready(assistant)
            case .failure: prepared[swap] = nil
            }
            return true
        }
        if !isWanted, let assistant = try? made.get() { offload.release(assistant) }
        return made.map { _ in }
    }

    /// Answers from what was prepared; returns when no turn uses another model any more.
    func commit(_ swap: UInt64) async {
        guard case .ready(let assistant)? = prepared.withLock({ $0.removeValue(forKey: swap) }) else { return }
        let earlier = Mutex(conversations.assistant.current)
        conversations.assistant.set(assistant)
        conversations.forgetEarlierModels()
        await conversations.assistant.awaitEarlierTurns()
        // To free its tables takes as long as to make them. What the earlier model was made of lies in pieces between
        // what lives on, and would stay with this process.
        await offload.finish {
            earlier.withLock { $0 = nil }
            parley_give_back_memory()
        }
    }

    /// Forgets what was prepared.
    func drop(_ swap: UInt64) {
        let dropped = prepared.withLock { $0.removeValue(forKey: swap) }
        if case .ready(let assistant?)? = dropped { offload.release(assistant) }
    }

    /// Gives back the leases of a dead worker, which may take as long as Redis is away.
    func releaseLeases(of owner: String) async {
        await stores.releaseLeases(of: owner, logger: logger)
    }

    private static func assistant(
        _ loaded: String, _ settings: RunSettings, _ servers: AssistantServers, _ offload: any Offload
    ) throws(BootFailure) -> Assistant? {
        guard !loaded.isEmpty else { return nil }
        let options = AssistantOptions(
            maxPredictions: settings.maxPredictions, allowMissingComponents: settings.allowsMissingComponents)
        do {
            return try Assistant(
                model: try PreparedModel.open(loaded), options: options, servers: servers, offload: offload)
        } catch {
            throw BootFailure(
                "the model cannot be served: \(error)", status: ExitStatus.data)
        }
    }

    private static func responder(
        _ conversations: Conversations, _ models: some ModelReloader, _ jobs: WorkerJobs, _ channels: WorkerChannels,
        _ settings: RunSettings
    ) throws(BootFailure) -> APIResponder {
        var options = APIOptions(version: Version.parley)
        options.isEnabled = settings.server.enableApi
        options.token = settings.server.authToken
        options.webTokens = settings.webTokens
        options.corsOrigins = settings.server.cors
        do {
            return try APIResponder(
                service: conversations, models: models, jobs: jobs, channels: channels.channels, options: options)
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.configuration)
        }
    }
}
