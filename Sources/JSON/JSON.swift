import ExactText

/// A JSON value. Objects keep the order in which their keys came, as the archives and trackers that Parley shares
/// with Rasa do; integers and floating-point numbers stay apart, so that `1` is never written as `1.0`.
///
/// Values are equal where Swift finds them so, but texts by their code points.
public enum JSON: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    /// A whole number beyond 64 bits.
    case largeInteger(LargeInteger)
    case double(Double)
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

extension JSON: Hashable {
    /// Whether both are of one kind and value.
    public static func == (one: JSON, other: JSON) -> Bool {
        switch (one, other) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.int(let one), .int(let other)): one == other
        case (.largeInteger(let one), .largeInteger(let other)): one == other
        case (.double(let one), .double(let other)): one == other
        case (.string(let one), .string(let other)): one.exact == other.exact
        case (.array(let one), .array(let other)): one == other
        case (.object(let one), .object(let other)): one == other
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .largeInteger(let value): hasher.combine(value)
        case .double(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value.exact)
        case .array(let value): hasher.combine(value)
        case .object(let value): hasher.combine(value)
        }
    }
}

extension JSON {
    /// The value of a member, or nil where this is no object or has no such member.
    public subscript(_ key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    public var isNull: Bool { if case .null = self { true } else { false } }

    /// The text of a string; nil for every other kind.
    public var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// The truth value of `true` and `false`; nil for every other kind, numbers included.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The number if it is whole and fits, whether it was written with a fraction or not.
    public var int: Int? {
        switch self {
        case .int(let value): value
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number as floating point; nil for every other kind.
    public var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .largeInteger(let value): value.double
        case .double(let value): value
        default: nil
        }
    }

    /// The elements of an array; nil for every other kind.
    public var array: [JSON]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    /// The members of an object; nil for every other kind.
    public var object: JSONObject? {
        guard case .object(let value) = self else { return nil }
        return value
    }

    public static func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object with its members in the order written.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(elements))
    }
}
