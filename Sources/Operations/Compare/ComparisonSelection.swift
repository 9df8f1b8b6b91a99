/// What `parley compare` is asked to do: what is played, on whom, and within which bounds.
package struct ComparisonSelection: Sendable {
    /// An archive, or a directory whose newest one is used, for the server that is started for the time of the comparison.
    package var model: String
    /// The address of the running Rasa.
    package let against: String
    /// What the running Rasa was given as `--auth-token`.
    package var token: String?
    /// Headers that the running Rasa, or a proxy before it, asks for.
    package var headers: [(name: String, value: String)] = []
    /// The address of a Parley that runs already; nil to start one.
    package var parley: String?
    package var parleyToken: String?
    package var allowMissingComponents = false
    /// The file that names action server, NLG server and others, and the tracker store to read; nil for the default one.
    package var endpoints: String?

    /// Files and directories with examples, with stories, and with end-to-end tests.
    package var examples: [String] = []
    package var stories: [String] = []
    package var tests: [String] = []
    /// A file of recorded requests.
    package var requests: String?
    /// Whether the conversations of the endpoints' tracker store are played again.
    package var readsConversations = false

    /// How many of each kind are played at most.
    package var limit = 1000
    /// How many conversations are played at a time.
    package var concurrency = 4
    /// The longest time that one response may take.
    package var timeout = Duration.seconds(60)
    /// By how much numbers may differ.
    package var tolerance = 1e-4
    /// The file of the report in HTML; nil for none.
    package var output: String?

    package init(model: String, against: String) {
        self.model = model
        self.against = against
    }

    /// Whether nothing was named that is to be played.
    var namesNothing: Bool {
        examples.isEmpty && stories.isEmpty && tests.isEmpty && requests == nil && !readsConversations
    }
}
