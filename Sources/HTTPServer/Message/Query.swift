internal import Encodings
internal import ExactText

/// The part of a request's target after `?`, read as Python's `parse_qs` reads it: `+` is a space, `%XX` a byte, of
/// several values the first counts, and empty values count as missing.
public struct Query: Sendable, Hashable {
    /// The text as it came, without the `?`; empty where there is none.
    public let raw: Substring

    /// A query from its text.
    public init(_ raw: Substring) {
        self.raw = raw
    }

    /// The first value under this name (case sensitive) that is not empty.
    public func first(_ name: String) -> String? {
        guard !raw.isEmpty else { return nil }
        for item in Array(raw.utf8).split(separator: UInt8(ascii: "&")) {
            guard let equals = item.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = item[item.index(after: equals)...]
            guard !value.isEmpty, Percent.decode(item[..<equals]).exact == name.exact else { continue }
            return Percent.decode(value)
        }
        return nil
    }
}
