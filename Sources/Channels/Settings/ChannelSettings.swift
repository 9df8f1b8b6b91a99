import Dialogue
import ExactText
import JSON
import OrderedCollections
import Settings
import WebClient
package import YAML

package struct ChannelSettings: Sendable, Hashable {
    package let name: String
    package let node: YAMLNode

    package init(name: String, _ node: YAMLNode) { (self.name, self.node) = (name, node) }

    /// A channel of which nothing is said.
    ///
    /// - Parameter file: Where something would be said of it.
    package init(name: String, file: String = Credentials.defaultPath) {
        self.init(name: name, YAMLNode(.null, at: SourcePlace(file: file)))
    }

    package var isEmpty: Bool { node.isNull || node.mapping?.isEmpty == true }

    /// The value of a key; nil where it is missing or null.
    package func value(_ key: String) -> YAMLNode? {
        node.mapping?[key].flatMap { $0.value.isNull ? nil : $0.value }
    }

    /// A text; numbers and the like as they were written.
    ///
    /// - Throws: ``ChannelError`` for a list or a group of keys.
    package func text(_ key: String) throws(ChannelError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.text else {
            throw error("'\(key)' of the channel '\(name)' must be a string", value.place)
        }
        return text
    }

    /// A text without which the channel cannot work.
    ///
    /// - Throws: ``ChannelError`` with the place of the channel's settings.
    package func required(_ key: String) throws(ChannelError) -> String {
        guard let text = try text(key), !text.isEmpty else { throw error("the channel '\(name)' needs '\(key)'") }
        return text
    }

    /// True or false. Of other values those count as true that Python takes for it, so that most texts do; but `false`
    /// that came from a variable, and so is a text, keeps its meaning.
    package func flag(_ key: String) -> Bool {
        switch value(key)?.value {
        case nil, .null: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .largeInteger: true
        case .double(let value): value != 0
        case .string(let text): !text.isEmpty && text.lowercased() != "false"
        case .sequence(let elements): !elements.isEmpty
        case .mapping(let entries): !entries.isEmpty
        }
    }

    /// Several texts, or a single one.
    package func texts(_ key: String) throws(ChannelError) -> [String]? {
        guard let value = value(key) else { return nil }
        if let text = value.text { return [text] }
        guard let items = value.sequence else {
            throw error("'\(key)' of the channel '\(name)' must be a list of strings", value.place)
        }
        return items.compactMap(\.text)
    }

    /// The base of the addresses that the channel calls, without a slash at its end: the key `api_url`, or the usual.
    package func base(_ fallback: String, key: String = "api_url") throws(ChannelError) -> String {
        let url = try text(key) ?? fallback
        guard url.exact.hasPrefix("http://") || url.exact.hasPrefix("https://") else {
            throw error("'\(key)' of the channel '\(name)' must begin with http:// or https://")
        }
        return WebAddress(url).text
    }

    /// An error at a place of the file.
    package func error(_ message: String, _ place: SourcePlace? = nil) -> ChannelError {
        ChannelError(.badSettings, channel: name, "\(place ?? node.place): \(message)")
    }
}
