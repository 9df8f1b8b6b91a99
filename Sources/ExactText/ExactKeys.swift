// Texts are given to tables and sets of exact strings as they come.

extension Dictionary where Key == ExactString {
    @inlinable
    public subscript(_ key: String) -> Value? {
        get { self[ExactString(key)] }
        _modify { yield &self[ExactString(key)] }
    }

    /// The value for a text, or one that takes its place.
    @inlinable
    public subscript(_ key: String, default fallback: @autoclosure () -> Value) -> Value {
        get { self[ExactString(key)] ?? fallback() }
        _modify { yield &self[ExactString(key), default: fallback()] }
    }

    @inlinable
    @discardableResult
    public mutating func removeValue(forKey key: String) -> Value? { removeValue(forKey: ExactString(key)) }
}

extension Set<ExactString> {
    @inlinable
    public init(_ texts: some Sequence<String>) { self.init(texts.lazy.map { ExactString($0) }) }

    @inlinable
    public func contains(_ text: String) -> Bool { contains(ExactString(text)) }

    @inlinable
    @discardableResult
    public mutating func insert(_ text: String) -> (inserted: Bool, memberAfterInsert: ExactString) {
        insert(ExactString(text))
    }

    @inlinable
    @discardableResult
    public mutating func remove(_ text: String) -> ExactString? { remove(ExactString(text)) }
}

extension Sequence<String> {
    @inlinable
    public func contains(exact text: String) -> Bool { contains { $0.exact == text.exact } }

    /// The texts by code points, as Python sorts them.
    @inlinable
    public func sortedByCodePoints() -> [String] { sorted { $0.exact < $1.exact } }
}

extension Collection<String> {
    @inlinable
    public func firstIndex(exact text: String) -> Index? { firstIndex { $0.exact == text.exact } }
}
