public import ExactText
import OrderedCollections

/// The members of a JSON object in order, their names compared by code points. Of a name that is given twice the last
/// value counts, at the first place.
public struct JSONObject: Sendable, Hashable {
    private var members: OrderedDictionary<ExactString, JSON>

    private init(_ members: OrderedDictionary<ExactString, JSON>) { self.members = members }

    public init() { members = [:] }

    public init(minimumCapacity: Int) { members = OrderedDictionary(minimumCapacity: minimumCapacity) }

    /// Members; of a name that is given twice the values are combined.
    public init(
        _ members: some Sequence<(String, JSON)>, uniquingKeysWith combine: (JSON, JSON) throws -> JSON
    ) rethrows {
        self.members = OrderedDictionary(minimumCapacity: members.underestimatedCount)
        try self.members.merge(members.lazy.map { ($0.0.exact, $0.1) }, uniquingKeysWith: combine)
    }

    /// Members; of a name that is given twice the last value counts.
    public init(_ members: some Sequence<(String, JSON)>) { self.init(members) { _, last in last } }

    /// Members that are in order already.
    public init(_ members: some Sequence<(key: ExactString, value: JSON)>) {
        self.members = OrderedDictionary(members.lazy.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last })
    }

    /// The value of a member; nil where there is none. Setting nil takes the member out.
    public subscript(name: String) -> JSON? {
        get { members[name.exact] }
        set { members[name.exact] = newValue }
    }

    /// The value of a member; nil where there is none. Setting nil takes the member out.
    public subscript(name: ExactString) -> JSON? {
        get { members[name] }
        set { members[name] = newValue }
    }

    /// The value of a member, or one that takes its place.
    public subscript(name: String, default fallback: @autoclosure () -> JSON) -> JSON {
        get { members[name.exact] ?? fallback() }
        set { members.updateValue(newValue, forKey: name.exact) }
    }

    public var keys: [ExactString] { members.keys.elements }

    /// The values in the order of their names.
    public var values: [JSON] { members.values.elements }

    /// The same names, whose table is shared, with the value for each place.
    public func withValues(_ value: (Int) -> JSON) -> JSONObject {
        var position = -1
        return JSONObject(
            members.mapValues { _ in
                position += 1
                return value(position)
            })
    }

    /// Sets the value of the member at a place.
    public mutating func setValue(_ value: JSON, at position: Int) { members.values[position] = value }

    /// Sets the value of a member.
    ///
    /// - Returns: The value before; nil where there was no such member.
    @discardableResult
    public mutating func updateValue(_ value: JSON, forKey name: String) -> JSON? {
        members.updateValue(value, forKey: name.exact)
    }

    @discardableResult
    public mutating func removeValue(forKey name: ExactString) -> JSON? { members.removeValue(forKey: name) }

    @discardableResult
    public mutating func removeValue(forKey name: String) -> JSON? { members.removeValue(forKey: name) }

    /// Takes all members of another object in; of a name that both have the values are combined.
    public mutating func merge(_ other: JSONObject, uniquingKeysWith combine: (JSON, JSON) throws -> JSON) rethrows {
        try members.merge(other.members.elements.lazy.map { ($0.key, $0.value) }, uniquingKeysWith: combine)
    }

    /// The members of both; of a name that both have the values are combined.
    public func merging(
        _ other: JSONObject, uniquingKeysWith combine: (JSON, JSON) throws -> JSON
    ) rethrows -> JSONObject {
        var merged = self
        try merged.merge(other, uniquingKeysWith: combine)
        return merged
    }

    /// The same names with other values.
    public func mapValues(_ transform: (JSON) throws -> JSON) rethrows -> JSONObject {
        JSONObject(try members.mapValues(transform))
    }

    /// The members for which something holds.
    public func filter(_ isIncluded: (Element) throws -> Bool) rethrows -> JSONObject {
        JSONObject(try members.filter { try isIncluded(($0.key.string, $0.value)) })
    }
}

extension JSONObject: RandomAccessCollection {
    public typealias Element = (key: String, value: JSON)

    public var startIndex: Int { 0 }

    public var endIndex: Int { members.count }

    public subscript(position: Int) -> Element {
        let member = members.elements[position]
        return (member.key.string, member.value)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
