public import Logging

/// What a supervisor needs to know and to run.
public struct SupervisorConfiguration: Sendable {
    /// The times and counts.
    public var limits: SupervisorLimits
    /// The socket that workers accept from.
    public var listener: ListeningSocket
    /// Where the workers are found, for the log, such as `http://127.0.0.1:5005`.
    public var address: String
    /// Where the supervisor's own notices go. Its handler must not start threads.
    public var logger: Logger
    /// The program's name in process titles.
    public var title: String

    /// Runs in a child of its own before any worker: obtains and checks what workers need. What it returns is handed
    /// to every worker; a ``BootFailure`` that it throws ends the program.
    public var loader: @Sendable () throws(BootFailure) -> String
    /// A worker's whole life; runs in a forked child, on its only thread, and ends by ``WorkerContext/leave(_:)``.
    public var worker: @Sendable (WorkerContext) -> Never
    /// Runs in the supervisor, once, when all children have ended; must not block.
    public var cleanUp: @Sendable () -> Void

    /// A configuration of these parts.
    public init(
        limits: SupervisorLimits, listener: ListeningSocket, address: String, logger: Logger,
        title: String,
        loader: @escaping @Sendable () throws(BootFailure) -> String,
        worker: @escaping @Sendable (WorkerContext) -> Never,
        cleanUp: @escaping @Sendable () -> Void
    ) {
        self.limits = limits
        self.listener = listener
        self.address = address
        self.logger = logger
        self.title = title
        self.loader = loader
        self.worker = worker
        self.cleanUp = cleanUp
    }
}
