import ExactText
import Logging
import ModelSources
import Prefork

/// From flags to a running supervisor.
struct ServerLauncher {
    private let flags: Run
    private let environment = Environment()

    init(_ flags: Run) {
        self.flags = flags
    }

    /// Runs the server until it is told to end.
    ///
    /// - Throws: ``BootFailure`` when it could not begin.
    func run() throws(BootFailure) {
        let log = try LoggingSetup.start(flags.logging, syslog: flags.syslog, environment: environment)
        defer { log.finish() }
        let logger = Logger(label: "parley")
        try OpenFiles.allowMost(logger)
        var settings = try RunSettings(flags, environment: environment, logger: logger)
        let listener = try listen(settings)
        let directory = try TemporaryDirectory(environment: environment)
        settings.temporaryDirectory = directory.path
        settings.log = log
        let workerSettings = settings
        let loader = Loader(settings: settings, directory: directory, logger: Logger(label: "parley.loader"))
        let outcome = Supervisor.run(
            SupervisorConfiguration(
                limits: settings.limits, listener: listener, address: address(settings, listener), logger: logger,
                title: "parley",
                loader: { (order) throws(BootFailure) in try loader.load(order) },
                sourceName: { ModelOrder(text: $0)?.summary ?? "an unreadable order" },
                worker: { context in WorkerProcess.run(context, workerSettings) },
                discard: { directory.delete(model: $0) },
                discardJob: { directory.delete(model: $0) },
                flushLog: { log.flush() },
                cleanUp: { directory.delete() }))
        guard outcome.status == 0 else {
            throw BootFailure(outcome.error ?? "ended", status: outcome.status)
        }
    }

    private func listen(_ settings: RunSettings) throws(BootFailure) -> ListeningSocket {
        if let inherited = try ListeningSocket.inherited(
            pid: environment["LISTEN_PID"], count: environment["LISTEN_FDS"])
        {
            return inherited
        }
        return try ListeningSocket.bind(
            host: settings.server.interface, port: settings.server.port, backlog: settings.backlog)
    }

    private func address(_ settings: RunSettings, _ listener: ListeningSocket) -> String {
        guard let port = listener.port else { return "an inherited socket" }
        let host =
            settings.server.interface.exact.contains(":") ? "[\(settings.server.interface)]" : settings.server.interface
        return "\(settings.tls == nil ? "http" : "https")://\(host):\(port)"
    }
}
