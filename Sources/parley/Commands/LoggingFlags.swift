import ArgumentParser
import Server

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
