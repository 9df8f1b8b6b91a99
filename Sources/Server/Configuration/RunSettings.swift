package import Channels
import ExactText
package import Logging
package import Prefork
package import Settings
package import System
package import WebTokens

/// What one server runs with: flags, environment and configuration files, checked and with all defaults filled in.
package struct RunSettings: Sendable {
    /// What `GET /version` says of the program.
    package let version: String
    package var interface = "0.0.0.0"
    /// The port to listen on; 0 takes a free one.
    package var port: UInt16 = 5005
    /// Where the server is managed; nil for no place of its own.
    package var management: ManagementAddress?
    /// How long the start waits for stores that are away.
    package var storeWait: Duration = .zero
    /// Whether the HTTP API is there, besides the channels.
    package var hasAPI = false
    /// The token that the API asks for; nil for none.
    package var token: String?
    /// Checks the web tokens of the API's callers; nil takes none.
    package var webTokens: TokenVerifier?
    /// The origins from which browsers may call; `*` is any.
    package var corsOrigins: [String] = []
    /// What connections are encrypted with; nil for plain HTTP.
    package var tls: TLSConfigurationSelection?
    /// The archive to use; nil to start without a model, or with one from elsewhere.
    package var archive: String?
    /// The kind of the storage that has the model; nil for none.
    package var remoteStorage: String?
    package var modelName = ModelSelection.defaultDirectory
    /// Whether steps of the model that this version does not know may be left out.
    package var allowsMissingComponents = false
    package let endpoints: Endpoints
    package let sql: SQLConfigurationSelection
    package var channels: [ChannelSettings] = []
    package var requestLimits = RequestLimits()
    package var workerLimits = WorkerLimits()
    /// Who the server becomes once the port is open; nil to stay who it is.
    package var user: String?
    package var group: String?
    /// What is known of proxies, and the access log; nil for neither.
    package var proxies: ProxyConfiguration?
    /// Where the supervisor's process id is written; nil for nowhere.
    package var pidFile: String?
    /// The length of the listening socket's queue.
    package let backlog: Int
    /// How long a lease lives when its worker is silent.
    let leaseLifetime: Duration
    let maxPredictions: Int
    /// Whether requests to the action server are compressed.
    let compressesActionRequests: Bool
    /// Where Duckling is, over what pipelines say (`RASA_DUCKLING_HTTP_URL`).
    let ducklingAddress: String?
    /// The directory of the program's own files; empty until it is made.
    var temporaryDirectory = ""
    var log: LogOutput?
    /// What the supervisor judges workers by, their number included.
    package var limits: SupervisorLimits

    /// What the environment says; flags are added to it.
    ///
    /// - Throws: ``BootFailure`` that names the variable.
    package init(
        version: String, endpoints: Endpoints, environment: EnvironmentVariables, logger: Logger
    ) throws(BootFailure) {
        self.version = version
        self.endpoints = endpoints
        backlog = try environment.number("SANIC_BACKLOG", minimum: 0, fallback: 100)
        let lifetime = try environment.number("TICKET_LOCK_LIFETIME", minimum: 0, fallback: 0)
        leaseLifetime = .seconds(lifetime == 0 ? 60 : lifetime)
        maxPredictions = try environment.number("MAX_NUMBER_OF_PREDICTIONS", minimum: 0, fallback: 10)
        ducklingAddress = environment["RASA_DUCKLING_HTTP_URL"]
        compressesActionRequests = try environment.flag("COMPRESS_ACTION_SERVER_REQUEST", fallback: false)
        sql = try SQLConfigurationSelection(environment: environment)
        limits = SupervisorLimits(
            workers: Self.workers(environment["SANIC_WORKERS"], endpoints: endpoints, logger: logger))
        limits.maxWorkers = endpoints.lockStore == .inMemory ? 1 : .max
        if case .sql(let settings) = endpoints.trackerStore {
            sql.announce(settings, workers: limits.workers, logger: logger)
        }
    }

    /// As Rasa: what is no number, or below one, means one, and so does a lock store that others cannot see. Unlike in
    /// Rasa, `auto` means as many as there are processors.
    private static func workers(_ text: String?, endpoints: Endpoints, logger: Logger) -> Int {
        guard let text else { return 1 }
        guard let number = text.exact == "auto" ? MachineProcessors.count : Int(text), number >= 1 else {
            logger.warning(
                "SANIC_WORKERS is not a number of workers; one is started", metadata: ["SANIC_WORKERS": "\(text)"])
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
