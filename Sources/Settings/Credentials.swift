public import OrderedCollections

/// What `credentials.yml` says: the channels over which the assistant is reached, each with its own settings.
public struct Credentials: Sendable, Hashable {
    /// Channel name → its settings, null where it needs none (`rest:`); in the order of the file.
    public private(set) var channels: OrderedDictionary<String, YAMLNode> = [:]
    /// Channels of the file that are left out on purpose, to be told to the operator: `rasa` is the channel of Rasa X,
    /// which every new Rasa project has in its file and which nothing else uses.
    public private(set) var leftOut: OrderedDictionary<String, SourcePlace> = [:]

    /// The file's usual path.
    public static let usualPath = "credentials.yml"

    /// The channels that Rasa 3.6 brings along.
    public static let knownChannels = [
        "cmdline", "facebook", "slack", "telegram", "mattermost", "twilio", "twilio_voice", "rasa", "botframework",
        "rocketchat", "callback", "rest", "socketio", "webexteams", "hangouts",
    ]

    /// No channels.
    public init() {}

    /// Reads a file.
    ///
    /// - Parameter served: The names of the channels that can be served.
    /// - Throws: ``SettingsError`` with file and line, also for a channel that is not served.
    public init(
        path: String, served: some Sequence<String>, environment: EnvironmentVariables = .process
    ) throws(SettingsError) {
        try self.init(try YAMLReader(environment: environment).read(path: path), served: served)
    }

    /// Takes the channels from a tree.
    ///
    /// - Throws: ``SettingsError``.
    public init(_ root: YAMLNode, served: some Sequence<String>) throws(SettingsError) {
        if root.isNull { return }
        guard let mapping = root.mapping else {
            throw SettingsError(
                .badValue, at: root.place, "the file must be a group of channels, such as 'rest:', not \(root.kind)")
        }
        let served = Array(served)
        for (name, entry) in mapping {
            if served.contains(name) {
                channels[name] = entry.value
            } else if name == "rasa" {
                leftOut[name] = entry.keyPlace
            } else {
                throw Credentials.refuse(name, entry.keyPlace, served: served)
            }
        }
    }

    private static func refuse(_ name: String, _ place: SourcePlace, served: [String]) -> SettingsError {
        let list = Section.list(served)
        if knownChannels.contains(name) {
            return SettingsError(
                .notServed, at: place,
                "the channel '\(name)' is not served by this version of Parley; remove it (served: \(list))"
            )
        }
        if name.contains(".") {
            return SettingsError(
                .notServed, at: place,
                "the channel '\(name)' is a class in Python, which Parley cannot run (served: \(list))")
        }
        return SettingsError(
            .unknownKey, at: place,
            "unknown channel '\(name)'\(Suggestion.question(name, knownChannels)) (served: \(list))")
    }
}
