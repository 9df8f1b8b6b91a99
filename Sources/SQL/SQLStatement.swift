/// One statement with the values for its places; values never become part of the text.
package struct SQLStatement: Sendable, Hashable {
    /// The text, with `?` for every value; a question mark can mean nothing else in it.
    package let text: String
    /// The values, in order.
    package let values: [SQLValue]

    /// A statement.
    package init(_ text: String, _ values: [SQLValue] = []) {
        self.text = text
        self.values = values
    }
}

/// What a statement brought about.
package struct SQLResult: Sendable, Hashable {
    /// The rows that it gave.
    package var rows: [[SQLValue]] = []
    /// How many rows it wrote or deleted.
    package var changes = 0

    /// No rows.
    package init() {}
}

extension SQLValue {
    /// A whole number; nil for anything else.
    package var integer: Int? { if case .integer(let value) = self { value } else { nil } }

    /// A text; nil for anything else.
    package var text: String? { if case .text(let value) = self { value } else { nil } }

    /// Text, or no value.
    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }
}
