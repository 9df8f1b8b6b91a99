package import ExactText
package import OrderedCollections
package import System
package import YAML

/// What `credentials.yml` says: the channels over which the assistant is reached, each with its own settings.
package struct Credentials: Sendable, Hashable {
    /// Channel name → its settings, null where it needs none (`rest:`); in the order of the file.
    package private(set) var channels: OrderedDictionary<ExactString, YAMLNode> = [:]
    /// What the file says that is passed over.
    package private(set) var warnings: [SettingsWarning] = []

    /// The file's usual path.
    package static let defaultPath = "credentials.yml"

    /// No channels.
    package init() {}

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - supported: The names of the channels that there are.
    ///   - only: The one channel that counts; nil for all.
    /// - Throws: ``SourceError`` with file and line, also for a channel that there is not.
    package init(
        path: String, supported: some Sequence<String>, only: String? = nil,
        environment: EnvironmentVariables = .process, content: YAMLReader.FileReading? = nil
    ) throws(SourceError) {
        try self.init(
            try YAMLReader(environment: environment).read(path: path, content: content), supported: supported,
            only: only)
    }

    /// Takes the channels from a tree.
    ///
    /// - Throws: ``SourceError``.
    package init(_ root: YAMLNode, supported: some Sequence<String>, only: String? = nil) throws(SourceError) {
        if root.isNull { return }
        guard let mapping = root.mapping else {
            throw SourceError(
                .badValue, at: root.place, "the file must be a group of channels, such as 'rest:', not \(root.kind)")
        }
        let supported = Array(supported)
        for (key, entry) in mapping where only.map({ $0.exact == key }) ?? true {
            let name = key.string
            if supported.contains(exact: name) {
                channels[name] = entry.value
                continue
            }
            let refusal = Credentials.refusal(of: name, supported: supported)
            // What is no group of keys, such as the version of a format, describes no channel.
            let isChannel = entry.value.text == nil || entry.value.isNull
            guard !isChannel, Suggestion.nearest(to: name, in: supported) == nil else {
                throw SourceError(name.exact.contains(".") ? .unsupported : .unknownKey, at: entry.keyPlace, refusal)
            }
            warnings.append(SettingsWarning(at: entry.keyPlace, "\(refusal); it is ignored"))
        }
    }

    /// Why a channel of this name is not supported.
    package static func refusal(of name: String, supported: [String]) -> String {
        let list = Section.list(supported)
        if name.exact.contains(".") {
            return "the channel '\(name)' is a class in Python, which Parley cannot run (supported: \(list))"
        }
        return "unknown channel '\(name)'\(Suggestion.question(name, supported)) (supported: \(list))"
    }
}
