import ArgumentParser
import ExactText
import Operations
import Server

/// `parley compare`: plays the same on a running Rasa and on Parley.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays examples, stories and conversations on a running Rasa and on Parley, and says what differs.",
        discussion: """
            Without --nlu, --stories, --tests, --requests and --conversations the directories 'data' and 'tests' are \
            played. Parley is started for the purpose, with conversations in memory, unless --parley names one that \
            runs. Conversations have random names of their own. Both servers call their action servers: use ones that \
            may be called.

            Times, ids, the order of what is equally likely, and which variation of a response is said do not count. \
            Ends with status 0 when nothing differs, 1 when something does, 69 when a server cannot be asked, 64 to 66 \
            for flags and files, as the other commands do.
            """)

    @Option(
        name: [.customShort("m"), .long], help: "A model archive, or a directory whose newest one is used.",
        completion: .file())
    var model = ModelSelection.defaultDirectory

    @Option(help: "The address of the running Rasa, such as http://localhost:5005.")
    var against: String

    @Option(help: "What the running Rasa was given as its --auth-token.")
    var authToken: String?

    @Option(
        help: ArgumentHelp("A header that the running Rasa asks for; may be given again.", valueName: "name: value"))
    var header: [String] = []

    @Option(help: "The address of a Parley that runs already, instead of starting one.")
    var parley: String?

    @Option(help: "What that Parley was given as its --auth-token.")
    var parleyToken: String?

    @Option(
        help: """
            The YAML file with the action, NLG and NLU servers that Parley calls, and with the tracker store of \
            --conversations, which is only read. (default: endpoints.yml)
            """, completion: .file())
    var endpoints: String?

    @Flag(help: "Leaves out steps of the model that this version does not know, instead of refusing the model.")
    var allowMissingComponents = false

    @OptionGroup(title: "What is played")
    var played: PlayedFlags

    @OptionGroup(title: "How")
    var bounds: ComparisonFlags

    func run() throws {
        CommandLineSecrets.hide([authToken, parleyToken] + header)
        var selection = ComparisonSelection(model: model, against: against)
        selection.token = authToken
        selection.headers = try header.map { text in
            let parts = text.exact.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else {
                throw ValidationError("'--header' must be a name and a value, such as 'Authorization: Bearer TOKEN'")
            }
            return (String(parts[0]), String(String(parts[1]).exact.trimming { $0 == " " }))
        }
        selection.parley = parley
        selection.parleyToken = parleyToken
        selection.endpoints = endpoints
        selection.allowMissingComponents = allowMissingComponents
        selection.examples = played.nlu
        selection.stories = played.stories
        selection.tests = played.tests
        selection.requests = played.requests
        selection.readsConversations = played.conversations
        selection.limit = bounds.limit
        selection.concurrency = bounds.concurrency
        selection.timeout = .seconds(bounds.timeout)
        selection.tolerance = bounds.tolerance
        selection.output = bounds.output
        try ComparisonRun(selection).run()
    }
}

struct PlayedFlags: ParsableArguments {
    @Option(
        name: [.customShort("u"), .long], parsing: .upToNextOption,
        help: "Files with examples, or directories: each text is understood by both.", completion: .file())
    var nlu: [String] = []

    @Option(
        name: [.customShort("s"), .long], parsing: .upToNextOption,
        help: "Files with stories, or directories: what their users say is said to both.", completion: .file())
    var stories: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: "Files with end-to-end tests, or directories, of which files test_* count.", completion: .file())
    var tests: [String] = []

    @Option(help: "A file of requests: in each line a JSON object with method, path and body.", completion: .file())
    var requests: String?

    @Flag(help: "What the users of the tracker store's conversations said.")
    var conversations = false
}

struct ComparisonFlags: ParsableArguments {
    @Option(help: "By how much confidences and other numbers may differ.")
    var tolerance = 1e-4

    @Option(help: "How many of each kind are played at most.")
    var limit = 1000

    @Option(help: "How many conversations go on at a time.")
    var concurrency = 4

    @Option(help: ArgumentHelp("The longest time that one response may take.", valueName: "seconds"))
    var timeout = 60

    @Option(help: "Writes the report to this file, as one HTML page.", completion: .file())
    var output: String?

    func validate() throws {
        guard tolerance >= 0 else { throw ValidationError("'--tolerance' must be a number from 0 up") }
        guard limit > 0 else { throw ValidationError("'--limit' must be a whole number above 0") }
        guard 1...64 ~= concurrency else {
            throw ValidationError("'--concurrency' must be a whole number from 1 to 64")
        }
        guard 1...3600 ~= timeout else { throw ValidationError("'--timeout' must be a whole number from 1 to 3600") }
    }
}
