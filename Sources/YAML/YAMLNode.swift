package import ExactText
package import JSON
package import OrderedCollections

/// A value of a YAML document with the place where it was written.
///
/// Types are those that Rasa sees: YAML 1.2 with the additions of its reader (`1_000`, `0b11`; `017` is seventeen,
/// `yes` is a text, and so is a date here).
package struct YAMLNode: Sendable, Hashable {
    package indirect enum Value: Sendable, Hashable {
        /// Nothing, `~` or `null`.
        case null
        case bool(Bool)
        case int(Int)
        /// A whole number beyond 64 bits.
        case largeInteger(LargeInteger)
        case double(Double)
        /// Text: quoted, or not of the form of anything else.
        case string(String)
        case sequence([YAMLNode])
        /// Keys and values in the order in which they were written.
        case mapping(YAMLMapping)
    }

    package let value: Value
    package let place: SourcePlace
    /// A scalar as it was written, without quotes and with variables put in; nil for lists and mappings.
    package let text: String?

    package init(_ value: Value, at place: SourcePlace, text: String? = nil) {
        self.value = value
        self.place = place
        self.text = text
    }

    package var isNull: Bool { value == .null }

    /// The mapping; nil for every other kind.
    package var mapping: YAMLMapping? {
        guard case .mapping(let mapping) = value else { return nil }
        return mapping
    }

    package var sequence: [YAMLNode]? {
        guard case .sequence(let sequence) = value else { return nil }
        return sequence
    }

    /// What kind of value this is, for messages: `a list`.
    package var kind: String {
        switch value {
        case .null: "nothing"
        case .bool: "true or false"
        case .int, .largeInteger, .double: "a number"
        case .string: "a string"
        case .sequence: "a list"
        case .mapping: "a group of keys"
        }
    }
}

/// The keys of a mapping by their text, in order.
package typealias YAMLMapping = OrderedDictionary<ExactString, YAMLEntry>

package struct YAMLEntry: Sendable, Hashable {
    package let keyPlace: SourcePlace
    package let value: YAMLNode
}
