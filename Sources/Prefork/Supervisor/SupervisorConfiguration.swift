package import Logging

/// What a supervisor needs to know and to run.
package struct SupervisorConfiguration: Sendable {
    package var limits: SupervisorLimits
    /// All that workers accept from.
    package var listeners: [ListeningSocket]
    /// Where the server is managed; nil where that is no place of its own.
    package var management: ListeningSocket?
    var allListeners: [ListeningSocket] { listeners + (management.map { [$0] } ?? []) }
    /// Where the workers are found, for the log, such as `http://127.0.0.1:5005`.
    package var address: String
    /// Where the supervisor's own notices go. Its handler must not start threads.
    package var logger: Logger
    /// Who has started the program and wants to be told how it goes; nil for nobody.
    package var serviceManager: ServiceManager?
    /// The program's name in process titles.
    package var title: String
    /// What a new version of the program is started by.
    package var binary: BinaryCommand
    /// Where this process is to take the place of another's, what that has handed it.
    package var handover: BinaryHandover?

    /// Runs in a child of its own, before any worker and whenever a worker asks for something else: obtains and checks
    /// what workers need. What it returns is handed to every worker; a ``BootFailure`` that it throws ends the program
    /// at the start, and refuses the exchange later.
    package var loader: @Sendable (LoadRequest) throws(BootFailure) -> Loaded
    /// What the log calls a source that a worker named; it must hold no secrets.
    package var sourceName: @Sendable (String) -> String
    /// What people call the source of what is in use from the start.
    package var ownSourceName: String
    /// A worker's whole life; runs in a forked child, on its only thread, and ends by ``WorkerContext/leave(_:)``.
    package var worker: @Sendable (WorkerContext) -> Never
    /// Deletes what a loader returned and no worker serves any more; runs in the supervisor and must not block.
    package var discard: @Sendable (String) -> Void
    /// Deletes the directory of a job that nobody waits for; runs in the supervisor and must not block.
    package var discardJob: @Sendable (String) -> Void
    /// Hands on what readers of the log were too slow for; runs in the supervisor again and again, and must not block.
    package var flushLog: @Sendable () -> Void
    /// Opens log files again in the supervisor, which has them open by their paths; nothing is done more rarely than
    /// that, and nothing that it does to a file is more than the supervisor's log does.
    package var reopenLogs: @Sendable () -> Void
    /// How many processes of the control group the kernel has killed for want of memory; nil where it does not say. Runs
    /// in the supervisor; must not block.
    package var memoryKills: @Sendable () -> UInt64?
    /// Told in the supervisor which process is the server's main one from now on; must not block.
    package var mainProcess: @Sendable (MainProcess) -> Void
    /// Runs in the supervisor, once, when all children have ended; must not block.
    package var cleanUp: @Sendable () -> Void

    package init(
        limits: SupervisorLimits, listeners: [ListeningSocket], management: ListeningSocket? = nil, address: String,
        logger: Logger, serviceManager: ServiceManager? = nil, title: String, binary: BinaryCommand,
        handover: BinaryHandover? = nil,
        loader: @escaping @Sendable (LoadRequest) throws(BootFailure) -> Loaded,
        sourceName: @escaping @Sendable (String) -> String = { $0 },
        ownSourceName: String = "",
        worker: @escaping @Sendable (WorkerContext) -> Never,
        discard: @escaping @Sendable (String) -> Void,
        discardJob: @escaping @Sendable (String) -> Void = { _ in },
        flushLog: @escaping @Sendable () -> Void = {},
        reopenLogs: @escaping @Sendable () -> Void = {},
        memoryKills: @escaping @Sendable () -> UInt64? = { nil },
        mainProcess: @escaping @Sendable (MainProcess) -> Void = { _ in },
        cleanUp: @escaping @Sendable () -> Void
    ) {
        self.limits = limits
        self.listeners = listeners
        self.management = management
        self.address = address
        self.logger = logger
        self.serviceManager = serviceManager
        self.title = title
        self.binary = binary
        self.handover = handover
        self.loader = loader
        self.sourceName = sourceName
        self.ownSourceName = ownSourceName
        self.worker = worker
        self.discard = discard
        self.discardJob = discardJob
        self.flushLog = flushLog
        self.reopenLogs = reopenLogs
        self.memoryKills = memoryKills
        self.mainProcess = mainProcess
        self.cleanUp = cleanUp
    }
}

/// The process to which an operator sends signals.
package enum MainProcess: Sendable, Hashable {
    /// This one, beside which a new one is started, or which serves again.
    case this(isBeingReplaced: Bool)
    case new(pid: Int32)
}
