import ExactText
import OrderedCollections

/// A value as the peer holds, reads and writes it (bsonspec.org): without the library that the client uses, so that one
/// checks the other.
enum BSON: Sendable, Hashable {
    case double(Double)
    case text(ExactString)
    case document(BSONDocument)
    case array([BSON])
    /// Bytes, whatever their kind.
    case binary([UInt8])
    /// The twelve bytes of an object's id.
    case objectID([UInt8])
    case bool(Bool)
    case null
    case int32(Int32)
    case int64(Int64)
    /// A decimal number by its 16 bytes.
    case decimal([UInt8])
}

/// The members of a document in order.
typealias BSONDocument = OrderedDictionary<ExactString, BSON>

extension BSON {
    static func string(_ text: String) -> BSON { .text(text.exact) }

    /// A whole number in four bytes where it fits, as the clients of MongoDB for Python write it.
    static func whole(_ value: Int) -> BSON {
        Int32(exactly: value).map { .int32($0) } ?? .int64(Int64(value))
    }

    /// The value of a member, or nil where this is no document or has no such member.
    subscript(_ name: String) -> BSON? { document?[name] }

    /// The text of a string; nil for every other kind.
    var string: String? {
        guard case .text(let value) = self else { return nil }
        return value.string
    }

    /// The number if it is whole and fits, of whichever kind it is.
    var int: Int? {
        switch self {
        case .int32(let value): Int(value)
        case .int64(let value): Int(value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number as floating point; nil for every other kind.
    var double: Double? {
        switch self {
        case .int32(let value): Double(value)
        case .int64(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The elements of an array; nil for every other kind.
    var array: [BSON]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    /// The members of a document; nil for every other kind.
    var document: BSONDocument? {
        guard case .document(let value) = self else { return nil }
        return value
    }
}

extension BSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .whole(value) }
    init(floatLiteral value: Double) { self = .double(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(nilLiteral: ()) { self = .null }
    init(arrayLiteral elements: BSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, BSON)...) {
        self = .document(BSONDocument(uniqueKeysWithValues: elements.map { ($0.0.exact, $0.1) }))
    }
}
