import ExactText
package import WebClient
package import YAML

/// The server that the model comes from (`models` in the file).
package struct ModelServerSettings: Sendable, Hashable {
    /// The archive's address, and how to ask for it.
    package let endpoint: HTTPEndpoint
    /// How long to wait before asking for a newer one; nil to ask once.
    package let timeBetweenPulls: Duration?

    /// As in Rasa, where the file does not say.
    static let defaultTimeBetweenPulls = Duration.seconds(100)

    private static let key = "wait_time_between_pulls"

    /// Reads the settings of the server.
    ///
    /// - Parameters:
    ///   - name: What messages call the group of keys.
    ///   - warnings: Gets one for each key that is passed over.
    /// - Throws: ``SourceError`` for values that cannot be; with `.noAddress` for an address that cannot be called.
    package init(
        _ node: YAMLNode, name: String = "models", _ warnings: inout [SettingsWarning]
    ) throws(SourceError) {
        endpoint = try HTTPEndpoint(node, name: name, more: [Self.key], &warnings)
        guard let written = node.mapping?[Self.key]?.value else {
            timeBetweenPulls = Self.defaultTimeBetweenPulls
            return
        }
        let seconds: Int? =
            switch written.value {
            case .null, .bool(false): 0
            // Rasa cuts what comes after the point, and loads once where this is no number.
            case .double(let seconds) where seconds >= 0 && seconds < 1e9: Int(seconds)
            case .int(let seconds) where (0..<1_000_000_000).contains(seconds): seconds
            case .string(let text) where ["", "none", "null"].contains(text.lowercased()): 0
            case .string(let text): Int(text).flatMap { (0..<1_000_000_000).contains($0) ? $0 : nil }
            default: nil
            }
        guard let seconds else {
            throw SourceError(
                .badValue, at: written.place,
                "'\(Self.key)' in '\(name)' must be a number of seconds, or null to ask for a model only once")
        }
        timeBetweenPulls = seconds == 0 ? nil : .seconds(seconds)
    }
}
