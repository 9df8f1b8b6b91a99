/// A reply of Redis in the second version of its protocol.
package enum RedisValue: Sendable, Hashable {
    /// No value: a missing key, an empty response of a script.
    case null
    /// A short text such as `OK`.
    case status(String)
    /// A refusal inside an array; a refused command as a whole is thrown as ``RedisError``.
    case error(String)
    case integer(Int)
    case bytes([UInt8])
    /// Several values, as scripts and many commands answer.
    case array([RedisValue])
}

extension RedisValue {
    /// The number; nil for every other kind, digits in a string included.
    package var int: Int? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    /// The text of a string or a status; bytes that are not UTF-8 are repaired.
    package var string: String? {
        switch self {
        case .bytes(let value): String(decoding: value, as: UTF8.self)
        case .status(let value): value
        default: nil
        }
    }

    /// The bytes of a string; nil for every other kind.
    package var bytes: [UInt8]? {
        guard case .bytes(let value) = self else { return nil }
        return value
    }

    /// The elements of an array; nil for every other kind.
    package var array: [RedisValue]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    package var isNull: Bool { self == .null }
}
