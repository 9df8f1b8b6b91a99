/// One statement with the values for its places; values never become part of the text.
package struct SQLStatement: Sendable, Hashable {
    /// The text, with `?` for every value; a question mark can mean nothing else in it.
    package let text: String
    package let values: [SQLValue]

    package init(_ text: String, _ values: [SQLValue] = []) {
        self.text = text
        self.values = values
    }
}

package struct SQLResult: Sendable, Hashable {
    package var rows: [[SQLValue]] = []
    package var changes = 0

    package init() {}
}

extension SQLValue {
    /// A whole number; nil for anything else.
    package var integer: Int? { if case .integer(let value) = self { value } else { nil } }

    /// A text; nil for anything else.
    package var text: String? { if case .text(let value) = self { value } else { nil } }

    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }
}
