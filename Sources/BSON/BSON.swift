package import ExactText
package import JSON
package import OrderedCollections

/// A value as MongoDB stores and sends it (bsonspec.org).
package enum BSON: Sendable {
    case double(Double)
    case string(String)
    case document(BSONDocument)
    case array([BSON])
    /// Bytes of no special kind.
    case binary([UInt8])
    /// The twelve bytes of an object's id.
    case objectID([UInt8])
    case bool(Bool)
    case null
    case int32(Int32)
    case int64(Int64)
    /// A decimal number of up to 34 digits.
    case decimal(Decimal128)
    /// A value of a kind that JSON has not, by the number of its type; what it holds is passed over.
    case other(type: UInt8)
}

extension BSON: Hashable {
    /// Whether both are of one kind and value.
    package static func == (one: BSON, other: BSON) -> Bool {
        switch (one, other) {
        case (.double(let one), .double(let other)): one == other
        case (.string(let one), .string(let other)): one.exact == other.exact
        case (.document(let one), .document(let other)): one == other
        case (.array(let one), .array(let other)): one == other
        case (.binary(let one), .binary(let other)): one == other
        case (.objectID(let one), .objectID(let other)): one == other
        case (.bool(let one), .bool(let other)): one == other
        case (.null, .null): true
        case (.int32(let one), .int32(let other)): one == other
        case (.int64(let one), .int64(let other)): one == other
        case (.decimal(let one), .decimal(let other)): one == other
        case (.other(let one), .other(let other)): one == other
        default: false
        }
    }

    /// Hashes the value.
    package func hash(into hasher: inout Hasher) {
        switch self {
        case .double(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value.exact)
        case .document(let value): hasher.combine(value)
        case .array(let value): hasher.combine(value)
        case .binary(let value), .objectID(let value): hasher.combine(value)
        case .bool(let value): hasher.combine(value)
        case .null: hasher.combine(0)
        case .int32(let value): hasher.combine(value)
        case .int64(let value): hasher.combine(value)
        case .decimal(let value): hasher.combine(value)
        case .other(let type): hasher.combine(type)
        }
    }
}

/// The members of a document in order; of a name that is there twice the last value counts.
package typealias BSONDocument = OrderedDictionary<ExactString, BSON>

extension BSONDocument {
    /// Members in order; of a name that is there twice the last value counts.
    init(members: some Sequence<(String, BSON)>) {
        self.init(members.lazy.map { ($0.0.exact, $0.1) }, uniquingKeysWith: { _, last in last })
    }
}

extension BSON {
    /// The value of a member, or nil where this is no document or has no such member.
    package subscript(_ name: String) -> BSON? {
        guard case .document(let members) = self else { return nil }
        return members[name]
    }

    /// The text of a string; nil for every other kind.
    package var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// The number if it is whole and fits, of whichever kind it is.
    package var int: Int? {
        switch self {
        case .int32(let value): Int(value)
        case .int64(let value): Int(value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number as floating point; nil for every other kind.
    package var double: Double? {
        switch self {
        case .int32(let value): Double(value)
        case .int64(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The elements of an array; nil for every other kind.
    package var array: [BSON]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    /// The members of a document; nil for every other kind.
    package var document: BSONDocument? {
        guard case .document(let value) = self else { return nil }
        return value
    }
}

extension BSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    package init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    package init(integerLiteral value: Int) { self = .whole(value) }
    /// A floating-point number.
    package init(floatLiteral value: Double) { self = .double(value) }
    /// `true` or `false`.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    /// `null`.
    package init(nilLiteral: ()) { self = .null }
    /// An array.
    package init(arrayLiteral elements: BSON...) { self = .array(elements) }
    /// A document with its members in the order written.
    package init(dictionaryLiteral elements: (String, BSON)...) {
        self = .document(BSONDocument(members: elements))
    }

    /// A whole number in four bytes where it fits, as the clients of MongoDB for Python write it.
    package static func whole(_ value: Int) -> BSON {
        Int32(exactly: value).map { .int32($0) } ?? .int64(Int64(value))
    }
}

extension BSON {
    /// What the JSON value is in MongoDB.
    package init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .whole(value)
        case .largeInteger(let value): self = Decimal128(value).map { .decimal($0) } ?? .string(value.description)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let values): self = .array(values.map { BSON($0) })
        case .object(let members):
            self = .document(BSONDocument(members: members.lazy.map { ($0.key, BSON($0.value)) }))
        }
    }

    /// The value as JSON.
    ///
    /// - Returns: Nil where it is, or holds, something of a kind that JSON has not.
    package var json: JSON? {
        switch self {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int32(let value): return .int(Int(value))
        case .int64(let value): return .int(Int(value))
        case .double(let value): return .double(value)
        case .string(let value): return .string(value)
        case .decimal(let value): return value.integer
        case .binary, .objectID, .other: return nil
        case .array(let values):
            var list: [JSON] = []
            list.reserveCapacity(values.count)
            for value in values {
                guard let json = value.json else { return nil }
                list.append(json)
            }
            return .array(list)
        case .document(let members):
            var object = JSONObject(minimumCapacity: members.count)
            for (name, value) in members {
                guard let json = value.json else { return nil }
                object[name.string] = json
            }
            return .object(object)
        }
    }
}
