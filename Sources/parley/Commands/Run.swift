import ArgumentParser
import Prefork

/// `parley run`: the flags of `rasa run` 3.6.21, with their defaults.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Starts a server with a trained model.",
        discussion: """
            Takes every flag of `rasa run`.

            Environment: SANIC_WORKERS, SANIC_BACKLOG, SANIC_REQUEST_TIMEOUT, SANIC_REQUEST_MAX_SIZE, LOG_LEVEL, \
            TICKET_LOCK_LIFETIME, FORCE_JSON_LOGGING.
            """)

    @Option(
        name: [.customShort("m", allowingJoined: true), .long],
        help: "A model archive, or a directory whose newest one is served.")
    var model = RunDefaults.modelsDirectory

    @Argument(help: ArgumentHelp("The same as --model.", valueName: "model"))
    var positionalModel: String?

    @Option(help: "The YAML file that names stores, locks and other servers. (default: endpoints.yml)")
    var endpoints: String?

    @Flag(help: "Leaves out steps of the model that this version does not know, instead of refusing the model.")
    var allowMissingComponents = false

    @OptionGroup(title: "Server")
    var server: ServerFlags

    @OptionGroup(title: "Limits")
    var limits: LimitFlags

    @OptionGroup(title: "Channels")
    var channels: ChannelFlags

    @OptionGroup(title: "JSON Web Tokens")
    var tokens: TokenFlags

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    @OptionGroup(title: "Syslog")
    var syslog: SyslogFlags

    func run() throws {
        CommandLineSecrets.hide([server.authToken, server.sslPassword, tokens.jwtSecret, tokens.jwtPrivateKey])
        try refuseUnsupportedFlags()
        try ServerLauncher(self).run()
    }
}

/// Paths that hold where no flag names others.
enum RunDefaults {
    static let modelsDirectory = "models"
}
