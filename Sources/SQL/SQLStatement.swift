/// One statement with the values for its places; values never become part of the text.
public struct SQLStatement: Sendable, Hashable {
    /// The text, with `?` for every value; a question mark can mean nothing else in it.
    public let text: String
    /// The values, in order.
    public let values: [SQLValue]

    /// A statement.
    public init(_ text: String, _ values: [SQLValue] = []) {
        self.text = text
        self.values = values
    }
}

/// What a statement brought about.
public struct SQLResult: Sendable, Hashable {
    /// The rows that it gave.
    public var rows: [[SQLValue]] = []
    /// How many rows it wrote or deleted.
    public var changes = 0

    /// No rows.
    public init() {}
}

extension SQLValue {
    /// A whole number; nil for anything else.
    public var integer: Int? { if case .integer(let value) = self { value } else { nil } }

    /// A text; nil for anything else.
    public var text: String? { if case .text(let value) = self { value } else { nil } }

    /// Text, or no value.
    public init(_ text: String?) { self = text.map { .text($0) } ?? .null }
}
