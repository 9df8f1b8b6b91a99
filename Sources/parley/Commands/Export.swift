import ArgumentParser
import Operations
import Server
import System

/// `parley export`: the flags of `rasa export` 3.6.21.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Publishes stored conversations to the event broker.",
        discussion: """
            Takes every flag of `rasa export`. An export that was interrupted says how to go on; events may then be \
            published twice, with the same message ids.
            """)

    @Option(help: "The YAML file that names tracker store and event broker.", completion: .file())
    var endpoints = "endpoints.yml"

    @Option(help: ArgumentHelp("Only events at this time or later.", valueName: "seconds since 1970"))
    var minimumTimestamp: Double?

    @Option(help: ArgumentHelp("Only events before this time.", valueName: "seconds since 1970"))
    var maximumTimestamp: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Adds this to the time of every event that is published.", valueName: "seconds"))
    var offsetTimestampsBySeconds: Int?

    @Option(help: ArgumentHelp("Only these conversations, divided by commas.", valueName: "names"))
    var conversationIds: String?

    @Option(help: ArgumentHelp("Begins with this conversation, in the order of names.", valueName: "name"))
    var continueFrom: String?

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    func run() throws {
        let log = try LoggingSetup.start(logging, environment: .process)
        defer { log.finish() }
        var selection = ExportSelection(endpoints: endpoints)
        selection.minimumTimestamp = minimumTimestamp
        selection.maximumTimestamp = maximumTimestamp
        selection.offsetTimestampsBySeconds = offsetTimestampsBySeconds
        selection.conversationIds = conversationIds
        selection.continueFrom = continueFrom
        try ExportRun(selection).run()
    }
}
