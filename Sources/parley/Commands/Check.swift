import ArgumentParser
import Operations
import Server

/// `parley check`: tries everything that a configuration needs, without serving.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks every connection of a configuration, and its model.",
        discussion: """
            Prints a line for each: whether it works, how long it took, and what to change if it does not. Ends with \
            status 0 when everything works, 69 when something does not, 78 when a file cannot be understood.
            """)

    @Option(
        name: [.customShort("m"), .long], help: "A model archive, or a directory whose newest one is tried.",
        completion: .file())
    var model = ModelSelection.defaultDirectory

    @Option(help: "The storage that has the model of --model: aws, gcs or azure.")
    var remoteStorage: String?

    @Option(
        help: "The YAML file that names stores, locks and other servers. (default: endpoints.yml)", completion: .file())
    var endpoints: String?

    @OptionGroup(title: "Channels")
    var channels: ChannelFlags

    @Flag(help: "Leaves out steps of the model that this version does not know, instead of refusing the model.")
    var allowMissingComponents = false

    @Option(help: ArgumentHelp("The longest time that one try may take, but for the model's.", valueName: "seconds"))
    var timeout = 10

    func run() throws {
        try Diagnostics(
            model: model, remoteStorage: remoteStorage,
            files: Diagnostics.Files(
                endpoints: endpoints, credentials: channels.credentials, connector: channels.connector),
            allowMissingComponents: allowMissingComponents, limit: .seconds(max(1, timeout))
        ).run()
    }
}

/// `parley health`: asks the server of this machine, for images without a shell.
struct Health: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks the server that runs here whether it is live, or ready.",
        discussion: """
            Finds port, TLS and UNIX socket by itself: the server of the same user leaves word in its own directory in \
            TMPDIR. Prints one line; ends with status 0 for yes and 1 for no. For HEALTHCHECK and exec probes.
            """)

    @Flag(help: "Whether it serves at all; if not, a restart may help. (default)")
    var live = false

    @Flag(help: "Whether it can run turns: it has a model, its stores respond, and it is not about to end.")
    var ready = false

    @Option(name: [.customShort("p"), .long], help: "Its port, where several servers run here.")
    var port: UInt16?

    @Option(help: ArgumentHelp("The longest time that the response may take.", valueName: "seconds"))
    var timeout = 5

    func validate() throws {
        guard !(live && ready) else { throw ValidationError("--live and --ready are two questions; ask one") }
    }

    func run() throws {
        try HealthRequest(ready ? .ready : .live, port: port.map(Int.init), timeout: timeout).run()
    }
}
