import ExactText
package import JSON
import OrderedCollections
package import YAML

extension YAMLNode {
    /// The value without its places.
    package var json: JSON {
        switch value {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .largeInteger(let value): .largeInteger(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .sequence(let elements): .array(elements.map(\.json))
        case .mapping(let entries): .object(JSONObject(entries.mapValues { $0.value.json }))
        }
    }

    /// The value of a key; nil where this is no mapping, or the key is missing or null.
    subscript(key: String) -> YAMLNode? {
        guard let node = mapping?[key]?.value, !node.isNull else { return nil }
        return node
    }

    /// Whether this is a mapping with the key, be its value null.
    func has(_ key: String) -> Bool { mapping?[key] != nil }

    /// The text of a string; nil for every other kind.
    var string: String? {
        guard case .string(let text) = value else { return nil }
        return text
    }
}
