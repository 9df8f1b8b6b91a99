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
