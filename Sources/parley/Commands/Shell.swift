import ArgumentParser
import ExactText
import Prefork

/// `parley shell`: talks with an assistant on the terminal, as `rasa shell` does.
struct Shell: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Talks with an assistant on the terminal.",
        discussion: """
            Loads a model for the purpose, or talks with a server that runs already (--url), which then needs the \
            REST channel. A number chooses the button with that number; '/stop' ends.
            """)

    @Option(name: [.customShort("m"), .long], help: "A model archive, or a folder whose newest one is served.")
    var model = RunDefaults.modelsFolder

    @Argument(help: ArgumentHelp("The same as --model.", valueName: "model"))
    var positionalModel: String?

    @Option(help: "The address of a running server, such as http://localhost:5005.")
    var url: String?

    @Option(help: "The conversation to go on with; without it a new one begins.")
    var conversationId: String?

    @Option(help: "The YAML file that names stores, locks and other servers. (default: endpoints.yml)")
    var endpoints: String?

    @Option(name: [.customShort("t"), .long], help: "The token that the running server asks for.")
    var authToken: String?

    @Option(
        help: ArgumentHelp(
            "The longest time that an answer may take. (default: \(Shell.timeoutVariable), or 300)",
            valueName: "seconds"))
    var requestTimeout: Int?

    private static let timeoutVariable = "RASA_SHELL_STREAM_READING_TIMEOUT_IN_SECONDS"

    func run() throws {
        let usual = try Environment().number(Shell.timeoutVariable, minimum: 1, fallback: 300)
        let timeout = Duration.seconds(max(1, requestTimeout ?? usual))
        if let url {
            guard url.exact.hasPrefix("http://") || url.exact.hasPrefix("https://") else {
                throw BootFailure("--url: must begin with http:// or https://", status: ExitStatus.usage)
            }
            return try Console(
                url: url, token: authToken, conversation: conversationId, timeout: timeout
            ).talk()
        }
        var arguments = ["-m", positionalModel ?? model]
        if let endpoints { arguments += ["--endpoints", endpoints] }
        let server = try LocalServer(arguments)
        defer { server.end() }
        try Console(url: server.url, token: nil, conversation: conversationId, timeout: timeout).talk()
    }
}
