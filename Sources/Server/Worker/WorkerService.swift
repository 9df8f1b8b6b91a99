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
    private let management: HTTPServer?
    private let health: WorkerHealth
    private let storeWatch: StoreWatch
    private let laterWork: LaterWork
    /// Whether others serve in this worker's place.
    private let isRetired = Atomic(false)
    private let logger: Logger

    private init(
        conversations: Conversations, makeAssistant: @escaping @Sendable (String) -> Result<Assistant?, BootFailure>,
        stores: WorkerStores, broker: WorkerBroker?, servers: WorkerServers, channels: WorkerChannels,
        clock: ReminderClock, server: HTTPServer, management: HTTPServer?, health: WorkerHealth,
        storeWatch: StoreWatch, laterWork: LaterWork, offload: any Offload, logger: Logger
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
        self.management = management
        self.health = health
        self.storeWatch = storeWatch
        self.laterWork = laterWork
        self.logger = logger
    }

    /// Opens what the worker needs and begins to accept.
    ///
    /// - Parameter isWanted: Whether the worker has not been told to end meanwhile.
    /// - Throws: ``BootFailure`` that names what could not be had.
    static func start(
        _ context: WorkerContext, _ settings: RunSettings, models: some ModelReloader, jobs: SupervisedJobs,
        executor: LoopTaskExecutor, logger: Logger, isWanted: @Sendable () -> Bool
    ) async throws(BootFailure) -> WorkerService {
        let memory = settings.requestLimits.memory.map { MemoryRoom(share: UInt64($0.workerBytes)) }
        let offload = HelperThread(memory: memory)
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
        if !context.isReplacement {
            // A new generation is not waited for: the one before serves on what it has.
            let patience = context.settings.isEmpty ? settings.storeWait : .zero
            try await stores.check(
                within: patience, loop: executor.loop, logger: logger, isWanted: isWanted)
        }
        let observer = ScoreboardObserver(context, memory: memory)
        let storeWatch = StoreWatch(
            stores.connections, isKnown: !context.isReplacement, executor: executor, logger: logger,
            changed: { observer.storeChanged($0, isThere: $1) })
        let clock = ReminderClock(
            executor: executor, maxWait: stores.sharesReminders ? .seconds(2) : nil, logger: logger)
        var broker: WorkerBroker?
        if let section = settings.endpoints.eventBroker {
            broker = try await WorkerBroker.open(
                section, server: context.listeners.map(\.identity).joined(separator: " "), sql: settings.sql,
                loop: executor.loop, logger: logger)
        }
        let conversations = Conversations(
            assistant: ActiveAssistant(assistant), leases: stores.leases, stores: stores.trackers,
            reminders: Reminders(store: stores.reminders) { clock.plan(at: $0) }, outbox: broker, offload: offload,
            observer: observer,
            options: Conversations.Options(
                forgetsEarlierSessions: settings.endpoints.trackerStore == .inMemory, readsAhead: stores.readsAhead,
                maxMessageLength: settings.requestLimits.messageLength,
                warmBytes: settings.requestLimits.memory?.warmBytes ?? Conversations.Options().warmBytes),
            checkStores: { try storeWatch.checkTrackers() })
        let channels = try WorkerChannels(
            settings, conversations: conversations, owner: context.owner, executor: executor)
        try await channels.start(isReplacement: context.isReplacement, logger: logger)
        let jobs = WorkerJobs(
            settings, jobs: jobs, context: context, httpClient: channels.httpClient, executor: executor, logger: logger
        ) { conversations.assistant.current?.directory }
        let health = WorkerHealth(assistant: conversations.assistant, stores: storeWatch)
        let metrics = ServerMetrics(context, version: settings.version, health: health)
        let responders = try WorkerResponders(
            conversations, models, jobs, channels, settings,
            monitoring: Monitoring(health: { health.current }, metrics: { metrics.page() }))
        let tls = try settings.tls?.context(logger: logger)
        memory?.settle(logger)
        do {
            let management = try await context.management.map { socket in
                HTTPServer.start(
                    sockets: [socket.descriptor], executor: executor, limits: WorkerResponders.managementLimits,
                    responder: responders.management)
            }?.get()
            context.management?.restoreBacklog()
            let server = try await HTTPServer.start(
                sockets: context.listeners.map(\.descriptor), executor: executor, limits: settings.requestLimits.server,
                tls: tls?.0, proxyProtocol: settings.proxies?.proxyProtocol,
                accessLog: settings.proxies?.accessLog(to: settings.log), responder: responders.main,
                observer: observer.counting(responders.main.routeNames)
            ).get()
            for listener in context.listeners { listener.restoreBacklog() }
            if let tls, let choice = settings.tls {
                CertificateWatch.start(choice, server: server, first: tls.1, loop: executor.loop, logger: logger)
            }
            storeWatch.start()
            ScoreboardReport.start(context, broker: broker, log: settings.log, loop: executor.loop)
            MemoryKeeper.start(on: executor.loop) {
                MemoryKeeper.Load(
                    underWay: observer.requestsInFlight + channels.background.count, completed: observer.requests)
            }
            clock.start {
                try await conversations.triggerReminders(
                    begin: { channels.background.run($0) },
                    replies: { channels.output(named: $0) ?? CollectingOutputChannel() })
            }
            return WorkerService(
                conversations: conversations, makeAssistant: makeAssistant, stores: stores, broker: broker,
                servers: servers,
                channels: channels, clock: clock, server: server, management: management, health: health,
                storeWatch: storeWatch, laterWork: jobs.laterWork, offload: offload, logger: logger)
        } catch {
            throw BootFailure("a worker cannot accept connections: \(error)", status: ExitStatus.system)
        }
    }

    /// Goes on, with responses that say that they are the last on their connections.
    func drain() {
        health.beginDrain()
        _ = server.drain(isAccepting: true)
    }

    /// Leaves everything new to other workers: connections, sessions and reminders.
    ///
    /// - Parameter patience: How long clients that are busy may go on.
    /// - Returns: When no connection is left and no request is under way.
    func retire(within patience: Duration) async {
        isRetired.store(true, ordering: .relaxed)
        clock.stop()
        _ = management?.drain(isAccepting: false)
        let drained = server.drain(isAccepting: false)
        await channels.leave(within: patience)
        try? await drained.get()
    }

    /// Ends in reverse order: connections and turns, then channels, events, stores and leases, then the servers that
    /// turns asked.
    ///
    /// - Parameter patience: How long turns may take, those without a connection included.
    func end(within patience: Duration) async {
        let deadline = ContinuousClock.now + patience
        health.beginDrain()
        clock.stop()
        // New connections are left to others before clients are told to connect again.
        let ended = server.shutDown(within: patience)
        await channels.leave(within: patience)
        try? await ended.get()
        // Jobs end with their worker, and nothing presses for its end.
        if isRetired.load(ordering: .relaxed) { await laterWork.end() }
        await channels.end(within: max(.zero, deadline - .now))
        storeWatch.end()
        try? await management?.shutDown(within: .zero).get()
        await broker?.end(within: .seconds(2))
        await stores.close()
        await servers.close()
    }

    /// Has an end that has begun come sooner.
    func hasten(within patience: Duration) async {
        _ = server.shutDown(within: patience)
        laterWork.giveUp()
        await channels.leave(within: patience)
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

    /// Switches to what was prepared; returns when no turn uses another model any more.
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

    func drop(_ swap: UInt64) {
        let dropped = prepared.withLock { $0.removeValue(forKey: swap) }
        if case .ready(let assistant?)? = dropped { offload.release(assistant) }
    }

    /// Tells of a worker that died, and gives back its leases, which may take as long as Redis is away.
    func releaseLeases(of owner: String) async {
        channels.workerDied(owner: owner)
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
                "the model cannot be loaded: \(error)", status: ExitStatus.data)
        }
    }
}
