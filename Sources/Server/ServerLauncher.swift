import CParleySystem
import ExactText
import Glibc
package import Logging
import ModelArchive
import ModelSources
import NIOConcurrencyHelpers
package import Prefork
import Settings
import System

/// From settings to a running supervisor.
package struct ServerLauncher {
    private let settings: RunSettings
    private let reading: SettingsReading
    private let log: LogOutput
    private let logger: Logger
    private let words: [String]
    private let environment = EnvironmentVariables.process

    /// - Parameters:
    ///   - words: The arguments of the program, without its name, for a new binary.
    ///   - reading: Reads the settings again.
    ///   - log: Is told to write what readers were too slow for.
    package init(
        _ settings: RunSettings, words: [String], reading: @escaping SettingsReading, log: LogOutput, logger: Logger
    ) {
        (self.settings, self.words, self.reading, self.log, self.logger) = (settings, words, reading, log, logger)
    }

    /// Runs the server until it is told to end.
    ///
    /// - Throws: ``BootFailure`` when it could not begin.
    package func run() throws(BootFailure) {
        var settings = settings
        let serviceManager = try ServiceManager(environment: environment)
        let handover = try BinaryHandover.take(environment)
        let owner = try ProcessOwner(user: settings.user, group: settings.group)
        let (listeners, management) = try listen(settings, handover)
        ServiceManager.forgetVariables()
        let pidFile = try settings.pidFile.map { (path) throws(BootFailure) in try PIDFile(path) }
        try owner?.take()
        let directory = try TemporaryDirectory(environment: environment)
        settings.temporaryDirectory = directory.path
        settings.log = log
        note(settings, listeners, management, in: directory)
        let isReplaced = NIOLockedValueBox(false)
        settings.limits.isOnTerminal = parley_is_on_terminal() != 0
        settings.limits.isInit = getpid() == 1
        settings.limits.isService = serviceManager != nil
        let provisions = SettingsProvisions(first: settings, read: reading)
        let outcome = Supervisor.run(
            SupervisorConfiguration(
                limits: settings.limits, listeners: listeners, management: management,
                address: address(settings, listeners), logger: logger, serviceManager: serviceManager, title: "parley",
                binary: BinaryCommand(words: words, ignoresHangUp: !settings.limits.isOnTerminal), handover: handover,
                loader: { (request) throws(BootFailure) in
                    try provisions.load(request, into: directory, logger: Logger(label: "parley.loader"))
                },
                sourceName: { ModelRequest(text: $0)?.summary ?? "an unreadable request" },
                ownSourceName: settings.endpoints.modelServer == nil ? settings.modelName : "that of the model server",
                worker: { context in
                    do throws(BootFailure) {
                        WorkerProcess.run(context, try provisions.settings(context.settings))
                    } catch {
                        context.leave(.failure(error))
                    }
                },
                discard: { directory.delete(model: $0) },
                discardJob: { directory.delete(model: $0) },
                flushLog: { [log] in log.flush() },
                reopenLogs: { [log, logger] in
                    log.reopenFiles(logger)
                    logger.info("The log files are open again")
                },
                memoryKills: { MachineMemory.kills },
                mainProcess: { process in
                    switch process {
                    case .this(isBeingReplaced: true): pidFile?.setAside()
                    case .this(isBeingReplaced: false):
                        isReplaced.withLockedValue { $0 = false }
                        pidFile?.restore()
                    case .new: isReplaced.withLockedValue { $0 = true }
                    }
                },
                cleanUp: { [address = settings.management] in
                    directory.delete()
                    pidFile?.delete()
                    // A new binary serves at the path by now.
                    if case .path(let path)? = address, !isReplaced.withLockedValue(\.self) { unlink(path) }
                }))
        guard outcome.status == 0 else {
            throw BootFailure(outcome.error ?? "ended", status: outcome.status)
        }
    }

    /// What a supervisor that is to be replaced or the service manager has passed on, else sockets of one's own.
    private func listen(
        _ settings: RunSettings, _ handover: BinaryHandover?
    ) throws(BootFailure) -> (clients: [ListeningSocket], management: ListeningSocket?) {
        if let handover {
            var sockets = try handover.sockets()
            // The new binary has the flags of the old one, which hands over the socket of management last.
            let management = settings.management != nil && sockets.count > 1 ? sockets.removeLast() : nil
            return (sockets, management)
        }
        let clients = try listen(settings)
        return (clients, try settings.management.map { (address) throws(BootFailure) in try address.listen(settings) })
    }

    private func listen(_ settings: RunSettings) throws(BootFailure) -> [ListeningSocket] {
        let passed = try PassedSockets(environment: environment).listeners()
        guard passed.isEmpty else {
            for listener in passed {
                logger.info(
                    "Listening on a socket of the service manager; --interface and --port are not used",
                    metadata: [
                        "address": "\(listener.location(scheme: scheme(settings)))", "name": "\(listener.name ?? "")",
                    ])
            }
            return passed
        }
        return [
            try ListeningSocket.bind(host: settings.interface, port: settings.port, backlog: settings.backlog)
        ]
    }

    /// Leaves word for `parley health`, and in the log.
    private func note(
        _ settings: RunSettings, _ listeners: [ListeningSocket], _ management: ListeningSocket?,
        in directory: TemporaryDirectory
    ) {
        let managed = management.map(ServerAddresses.Place.init)
        if let managed { logger.info("The server is managed at \(managed)") }
        do {
            try ServerAddresses(
                main: listeners.first.map(ServerAddresses.Place.init), hasTLS: settings.tls != nil, management: managed
            ).write(in: directory.path)
        } catch {
            logger.warning("'parley health' will not find this server", metadata: ["error": "\(error)"])
        }
    }

    private func address(_ settings: RunSettings, _ listeners: [ListeningSocket]) -> String {
        listeners.map { $0.location(scheme: scheme(settings)) }.joined(separator: ", ")
    }

    private func scheme(_ settings: RunSettings) -> String { settings.tls == nil ? "http" : "https" }
}
