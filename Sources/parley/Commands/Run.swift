import ArgumentParser
import Logging
import Prefork
import Server
import System

/// `parley run`: the flags of `rasa run` 3.6.21, with their defaults.
struct Run: ParsableCommand, Sendable {
    static let configuration = CommandConfiguration(
        abstract: "Starts a server with a trained model.",
        discussion: """
            Takes every flag of `rasa run`.

            Environment: SANIC_WORKERS, SANIC_BACKLOG, SANIC_REQUEST_TIMEOUT, SANIC_REQUEST_MAX_SIZE, \
            SANIC_PROXIES_COUNT, SANIC_REAL_IP_HEADER, SANIC_FORWARDED_FOR_HEADER, SANIC_FORWARDED_SECRET, \
            SANIC_REQUEST_ID_HEADER, SANIC_ACCESS_LOG, LOG_LEVEL, \
            TICKET_LOCK_LIFETIME, FORCE_JSON_LOGGING, PARLEY_DRAIN_DELAY.
            """)

    @Option(
        name: [.customShort("m", allowingJoined: true), .long],
        help: "A model archive, or a directory whose newest one is used.", completion: .file())
    var model = ModelSelection.defaultDirectory

    @Argument(help: ArgumentHelp("The same as --model.", valueName: "model"), completion: .file())
    var positionalModel: String?

    @Option(
        help: "The YAML file that names stores, locks and other servers. (default: endpoints.yml)", completion: .file())
    var endpoints: String?

    @Flag(help: "Leaves out steps of the model that this version does not know, instead of refusing the model.")
    var allowMissingComponents = false

    @OptionGroup(title: "Server")
    var server: ServerFlags

    @OptionGroup(title: "Limits")
    var limits: LimitFlags

    @OptionGroup(title: "Proxies and access log")
    var proxies: ProxyFlags

    @OptionGroup(title: "Channels")
    var channels: ChannelFlags

    @OptionGroup(title: "JSON Web Tokens")
    var tokens: TokenFlags

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    @OptionGroup(title: "Syslog")
    var syslog: SyslogFlags

    func run() throws {
        let words = OwnArguments.words
        CommandLineSecrets.hide([server.authToken, server.sslPassword, tokens.jwtSecret, tokens.jwtPrivateKey])
        try refuseUnsupportedFlags()
        let environment = EnvironmentVariables.process
        let log = try LoggingSetup.start(logging, syslog: syslog, environment: environment)
        defer { log.finish() }
        let logger = Logger(label: "parley")
        try OpenFiles.allowMost(logger)
        let settings = try settings(environment, ConfigurationSource(), logger)
        try ServerLauncher(
            settings, words: words,
            reading: { [self] (source, logger, canGoWithout) throws(BootFailure) in
                try self.settings(environment, source, logger, canGoWithout: canGoWithout)
            }, log: log, logger: logger
        ).run()
    }
}
