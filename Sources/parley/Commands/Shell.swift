import ArgumentParser
import ExactText
import Operations
import Prefork
import Server
import System

/// `parley shell`: talks with an assistant on the terminal; the flags of `rasa shell` 3.6.21.
struct Shell: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Talks to an assistant on the terminal.",
        discussion: """
            Loads a model for the purpose, or talks with a server that runs already (--url), which then needs the \
            REST channel. A number chooses the button with that number; '/stop' ends. Takes every flag of `rasa shell`; \
            those that say how others reach the server have no meaning, as it is reached from here alone.

            parley shell nlu -m MODEL shows how a model understands messages.
            """)

    @OptionGroup
    var model: ShellModel

    @Option(help: "The address of a running server, such as http://localhost:5005.")
    var url: String?

    @Option(help: "The conversation to continue; without it a new one begins.")
    var conversationId: String?

    @Option(
        help: "The YAML file that names stores, locks and other servers. (default: endpoints.yml)", completion: .file())
    var endpoints: String?

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

    private static let timeoutVariable = "RASA_SHELL_STREAM_READING_TIMEOUT_IN_SECONDS"

    func run() throws {
        CommandLineSecrets.hide([server.authToken, server.sslPassword, tokens.jwtSecret, tokens.jwtPrivateKey])
        let fallback = try EnvironmentVariables.process.number(Shell.timeoutVariable, minimum: 1, fallback: 300)
        let timeout = Duration.seconds(max(1, limits.requestTimeout ?? fallback))
        if let url {
            guard url.exact.hasPrefix("http://") || url.exact.hasPrefix("https://") else {
                throw BootFailure("--url: must begin with http:// or https://", status: ExitStatus.usage)
            }
            return try Console(
                url: url, token: server.authToken, conversation: conversationId, timeout: timeout
            ).talk()
        }
        let local = try LocalServer(["--connector", "cmdline"] + arguments)
        defer { local.end() }
        try Console(url: local.url, token: nil, conversation: conversationId, timeout: timeout).talk()
    }

    /// What the server is told of the flags.
    private var arguments: [String] {
        var arguments = model.arguments
        for (flag, value) in [
            ("--endpoints", endpoints), ("--credentials", channels.credentials),
            ("--remote-storage", server.remoteStorage), ("--log-file", logging.logFile),
            ("--response-timeout", limits.responseTimeout.map { String($0) }),
        ] {
            if let value { arguments.append("\(flag)=\(value)") }
        }
        return arguments
    }
}

/// `parley shell nlu`: shows how messages are understood. The parser would take `nlu` for a model of `parley shell`, so
/// that the words are one to it.
struct ShellNLU: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Arguments.nluShell, abstract: "Shows how a model understands messages.", shouldDisplay: false)

    @OptionGroup
    var model: ShellModel

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    func run() throws {
        let local = try LocalServer(["--enable-api", "--connector", "cmdline"] + model.arguments)
        defer { local.end() }
        try NLUConsole(url: local.url).listen()
    }
}

struct ShellModel: ParsableArguments {
    @Option(
        name: [.customShort("m", allowingJoined: true), .long],
        help: "A model archive, or a directory whose newest one is used.", completion: .file())
    var model = ModelSelection.defaultDirectory

    @Argument(help: ArgumentHelp("The same as --model.", valueName: "model"), completion: .file())
    var positionalModel: String?

    @Flag(help: "Leaves out steps of the model that this version does not know, instead of refusing the model.")
    var allowMissingComponents = false

    var arguments: [String] {
        ["--model=\(positionalModel ?? model)"] + (allowMissingComponents ? ["--allow-missing-components"] : [])
    }
}
