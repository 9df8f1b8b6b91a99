import ExactText
import Glibc
import Logging
import Prefork
import Server
import System

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
