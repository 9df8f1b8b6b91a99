#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A text that equals another only where both have the same code points, as texts do in Python.
///
/// Swift's `String` takes `é` as one code point and `é` as two for the same text, and `"\r\n"` for one character. What
/// comes from outside (names, ids, keys, words) is compared, sorted, searched and split through ``Swift/String/exact``
/// instead, and is a key as an `ExactString`.
@frozen
public struct ExactString: Sendable {
    public let string: String

    @inlinable
    public init(_ string: String) { self.string = string }

    /// The bytes in UTF-8; two texts are the same where these are.
    @inlinable public var utf8: String.UTF8View { string.utf8 }

    @inlinable public var unicodeScalars: String.UnicodeScalarView { string.unicodeScalars }

    @inlinable public var isEmpty: Bool { string.isEmpty }
}

extension ExactString: Hashable {
    @inlinable
    public static func == (one: ExactString, other: ExactString) -> Bool {
        // What has the same bits is the same text, whatever the bits mean: up to 15 bytes are in the string itself.
        if unsafeBitCast(one, to: Bits.self) == unsafeBitCast(other, to: Bits.self) { return true }
        return one.utf8.count == other.utf8.count && one.hasBytes(of: other)
    }

    public func hash(into hasher: inout Hasher) {
        string.utf8.span.withUnsafeBytes { hasher.combine(bytes: $0) }
        hasher.combine(0xFF as UInt8)
    }

    @usableFromInline typealias Bits = (UInt64, UInt64)

    /// Whether the bytes are the same, where their number is.
    @usableFromInline
    func hasBytes(of other: ExactString) -> Bool { order(before: other) == 0 }

    /// Less than, equal to or more than zero, as `memcmp` finds it.
    private func order(before other: ExactString) -> Int32 {
        string.utf8.span.withUnsafeBytes { one in
            other.string.utf8.span.withUnsafeBytes { other in
                guard let start = one.baseAddress, let otherStart = other.baseAddress else { return 0 }
                return memcmp(start, otherStart, min(one.count, other.count))
            }
        }
    }
}

extension ExactString: Comparable {
    /// Whether this comes first by code points, which is the order of the bytes in UTF-8.
    public static func < (one: ExactString, other: ExactString) -> Bool {
        let order = one.order(before: other)
        return order == 0 ? one.utf8.count < other.utf8.count : order < 0
    }
}

extension ExactString: ExpressibleByStringInterpolation, CustomStringConvertible, LosslessStringConvertible {
    @inlinable
    public init(stringLiteral value: String) { string = value }

    @inlinable public var description: String { string }
}

extension String {
    /// The text, to be compared, sorted, searched and split by code points.
    @inlinable public var exact: ExactString { ExactString(self) }
}

extension Substring {
    /// The text, to be compared, sorted, searched and split by code points.
    @inlinable public var exact: ExactString { ExactString(String(self)) }
}
