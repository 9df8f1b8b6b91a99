public import OrderedCollections

extension OrderedDictionary where Key == ExactString {
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

    @inlinable
    public func index(forKey key: String) -> Int? { index(forKey: ExactString(key)) }
}

extension OrderedSet<ExactString> {
    @inlinable
    public func contains(_ text: String) -> Bool { contains(ExactString(text)) }

    /// Adds a text at the end, where it is not there.
    @inlinable
    @discardableResult
    public mutating func append(_ text: String) -> (inserted: Bool, index: Int) { append(ExactString(text)) }
}
