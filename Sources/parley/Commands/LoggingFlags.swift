import ArgumentParser
import ExactText
import Glibc
import Logging
import Prefork
import Server
import System

struct LoggingFlags: ParsableArguments, Sendable {
    @Flag(name: [.customShort("v"), .long], help: "Logs at level INFO.")
    var verbose = false

    @Flag(name: [.customLong("vv", withSingleDash: true), .customLong("debug")], help: "Logs at level DEBUG.")
    var debug = false

    @Flag(help: "Logs at level WARNING.")
    var quiet = false

    @Option(help: ArgumentHelp("Refused: it configures the logging of Python.", valueName: "file"))
    var loggingConfigFile: String?

    @Option(help: ArgumentHelp("Logs to this file too.", valueName: "file"), completion: .file())
    var logFile: String?

    @Option(help: "text or json. (default: text on a terminal, else json)")
    var logFormat: LogFormat?
}

extension LogFormat: ExpressibleByArgument {}

struct SyslogFlags: ParsableArguments, Sendable {
    @Flag(help: "Logs to a syslog server too.")
    var useSyslog = false

    @Option(help: "The address of the syslog server.")
    var syslogAddress = "localhost"

    @Option(help: "The port of the syslog server.")
    var syslogPort = 514

    @Option(help: "UDP or TCP.")
    var syslogProtocol = "UDP"
}

/// Flags and environment turned into a logging system, in Rasa's order: the flags decide, then `LOG_LEVEL`, then INFO.
enum LoggingSetup {
    /// Makes all loggers of the program write as asked.
    ///
    /// - Returns: Where lines go, for those who see to it that none waits for long.
    /// - Throws: ``BootFailure`` for an unknown `LOG_LEVEL`, a log file that cannot be written, or a syslog server that
    ///   cannot be reached.
    static func start(
        _ flags: LoggingFlags, syslog: SyslogFlags? = nil, environment: EnvironmentVariables
    ) throws(BootFailure) -> LogOutput {
        let level = try level(flags, environment: environment)
        let isForced = environment["FORCE_JSON_LOGGING"].map { !$0.isEmpty } ?? false
        let format = flags.logFormat ?? (isForced ? .json : nil)
        var output = LogOutput(
            format: format, isJournal: JournalStream.isStandardError(environment: environment))
        if let file = flags.logFile { try output.add(file: file, format: flags.logFormat) }
        if let syslog, syslog.useSyslog {
            output.add(
                syslog: try SyslogServer.connect(syslog.syslogAddress, port: syslog.syslogPort, syslog.syslogProtocol))
        }
        output.bootstrap(level: level)
        return output
    }

    private static func level(_ flags: LoggingFlags, environment: EnvironmentVariables) throws(BootFailure)
        -> Logger.Level
    {
        if flags.debug { return .debug }
        if flags.verbose { return .info }
        if flags.quiet { return .warning }
        guard let name = environment["LOG_LEVEL"], !name.isEmpty else { return .info }
        guard let level = levels[name.uppercased()] else {
            throw BootFailure(
                "LOG_LEVEL is '\(name)'; it must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL",
                status: ExitStatus.configuration)
        }
        return level
    }

    /// Python's names.
    private static let levels: [ExactString: Logger.Level] = [
        "DEBUG": .debug, "INFO": .info, "WARN": .warning, "WARNING": .warning, "ERROR": .error,
        "CRITICAL": .critical, "FATAL": .critical, "NOTSET": .trace,
    ]
}
