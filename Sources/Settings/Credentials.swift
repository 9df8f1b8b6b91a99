public import ExactText
public import OrderedCollections

/// What `credentials.yml` says: the channels over which the assistant is reached, each with its own settings.
public struct Credentials: Sendable, Hashable {
    /// Channel name → its settings, null where it needs none (`rest:`); in the order of the file.
    public private(set) var channels: OrderedDictionary<ExactString, YAMLNode> = [:]

    /// The file's usual path.
    public static let usualPath = "credentials.yml"

    /// No channels.
    public init() {}

    /// Reads a file.
    ///
    /// - Parameter served: The names of the channels that can be served.
    /// - Throws: ``SettingsError`` with file and line, also for a channel that there is not.
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
            let name = name.string
            guard served.contains(exact: name) else {
                throw SettingsError(
                    name.exact.contains(".") ? .notServed : .unknownKey, at: entry.keyPlace,
                    Credentials.refusal(of: name, served: served))
            }
            channels[name] = entry.value
        }
    }

    /// Why a channel of this name is not served.
    public static func refusal(of name: String, served: [String]) -> String {
        let list = Section.list(served)
        if name.exact.contains(".") {
            return "the channel '\(name)' is a class in Python, which Parley cannot run (served: \(list))"
        }
        return "unknown channel '\(name)'\(Suggestion.question(name, served)) (served: \(list))"
    }
}
