import Channels
import Glibc
import Logging
import Prefork
import Settings
import WebTokens

/// Flags, environment and configuration files of one `parley run`, checked and with all defaults filled in.
struct RunSettings: Sendable {
    /// The flags.
    let server: ServerFlags
    /// Checks the web tokens of the API's callers; nil takes none.
    let webTokens: TokenVerifier?
    /// What connections are encrypted with; nil for plain HTTP.
    let tls: TLSConfigurationSelection?
    /// The archive to serve; nil to start without a model, or with one from elsewhere.
    let archive: String?
    /// The model's name in the remote storage; its kind is a flag.
    let modelName: String
    /// Whether steps of the model that this version does not know may be left out.
    let allowsMissingComponents: Bool
    /// Where locks and conversations are kept.
    let endpoints: Endpoints
    /// How SQL databases are used.
    let sql: SQLConfigurationSelection
    /// The channels to serve.
    let channels: [ChannelSettings]
    /// What a worker accepts at most.
    let requestLimits: LimitConfiguration
    /// The length of the listening socket's queue.
    let backlog: Int
    /// How long a lease lives when its worker is silent.
    let leaseLifetime: Duration
    /// How many actions one turn may take.
    let maxPredictions: Int
    /// Whether requests to the action server are compressed.
    let compressesActionRequests: Bool
    /// Where Duckling is, over what pipelines say (`RASA_DUCKLING_HTTP_URL`).
    let ducklingAddress: String?
    /// The directory of the program's own files; empty until it is made.
    var temporaryDirectory = ""
    /// Where log lines go.
    var log: LogOutput?
    /// What the supervisor judges workers by, their number included.
    let limits: SupervisorLimits

    /// - Throws: ``BootFailure`` that names the flag, variable, or file and line to change.
    init(_ run: Run, environment: Environment, logger: Logger) throws(BootFailure) {
        server = run.server
        Self.warnOfPaths(among: run.server.cors, logger)
        tls = try TLSConfigurationSelection(run.server)
        webTokens = try WebTokenConfiguration.verifier(run.tokens)
        allowsMissingComponents = run.allowMissingComponents
        backlog = try environment.number("SANIC_BACKLOG", minimum: 0, fallback: 100)
        requestLimits = try LimitConfiguration(run.limits, backlog: backlog, environment: environment)
        let lifetime = try environment.number("TICKET_LOCK_LIFETIME", minimum: 0, fallback: 0)
        leaseLifetime = .seconds(lifetime == 0 ? 60 : lifetime)
        maxPredictions = try environment.number("MAX_NUMBER_OF_PREDICTIONS", minimum: 0, fallback: 10)
        ducklingAddress = environment["RASA_DUCKLING_HTTP_URL"]
        compressesActionRequests = try environment.flag("COMPRESS_ACTION_SERVER_REQUEST", fallback: false)
        let files = ConfigurationFiles(logger: logger)
        let endpoints = try files.endpoints(run.endpoints)
        self.endpoints = endpoints
        sql = try SQLConfigurationSelection(environment: environment)
        channels = try files.supportedChannels(run.channels, hasAPI: run.server.enableApi)
        var limits = SupervisorLimits(
            workers: Self.workers(environment["SANIC_WORKERS"], endpoints: endpoints, logger: logger))
        limits.gracePeriod = .seconds(max(0, run.server.gracePeriod))
        limits.drainDelay = .seconds(max(0, run.server.drainDelay))
        limits.jobs.memory = try MachineMemory.limitOfJobs(run.limits.maxJobMemory)
        self.limits = limits
        if case .sql(let settings) = endpoints.trackerStore {
            sql.announce(settings, workers: limits.workers, logger: logger)
        }
        modelName = run.positionalModel ?? run.model
        guard endpoints.modelServer == nil, run.server.remoteStorage == nil else {
            archive = nil
            return
        }
        archive = try ModelSelection.archive(at: modelName, canGoWithout: run.server.enableApi, logger: logger)
    }

    /// What follows `--cors` is an origin, up to the next flag, which people forget who name the model last.
    private static func warnOfPaths(among origins: [String], _ logger: Logger) {
        for origin in origins where access(origin, F_OK) == 0 {
            logger.warning(
                "An origin of --cors is a path on this machine; name a model before --cors, or by --model",
                metadata: ["origin": "\(origin)"])
        }
    }

    /// As Rasa: what is no number, or below one, means one, and so does a lock store that others cannot see.
    private static func workers(_ text: String?, endpoints: Endpoints, logger: Logger) -> Int {
        guard let text else { return 1 }
        guard let number = Int(text), number >= 1 else {
            logger.warning(
                "SANIC_WORKERS is no number of workers; one is started", metadata: ["SANIC_WORKERS": "\(text)"])
            return 1
        }
        guard number > 1 else { return 1 }
        guard endpoints.lockStore != .inMemory else {
            logger.warning(
                "One worker is started: more need a lock store that they share; add one to the endpoints",
                metadata: ["SANIC_WORKERS": "\(number)", "lock_store": "in_memory"])
            return 1
        }
        if endpoints.trackerStore == .inMemory {
            logger.warning(
                "Each worker keeps conversations to itself; add a tracker store to the endpoints",
                metadata: ["SANIC_WORKERS": "\(number)", "tracker_store": "in_memory"])
        }
        return number
    }
}
