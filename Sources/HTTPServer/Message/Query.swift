import Encodings
import ExactText

/// The part of a request's target after `?`, read as Python's `parse_qs` reads it: `+` is a space, `%XX` a byte, of
/// several values the first counts, and empty values count as missing.
package struct Query: Sendable, Hashable {
    /// The text as it came, without the `?`; empty where there is none.
    package let raw: Substring

    /// A query from its text.
    package init(_ raw: Substring) {
        self.raw = raw
    }

    /// The first value under this name (case sensitive) that is not empty.
    package func first(_ name: String) -> String? {
        guard !raw.isEmpty else { return nil }
        var rest = Array(raw.utf8)[...]
        while !rest.isEmpty {
            let item = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest[item.endIndex...].dropFirst()
            guard let equals = item.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = item[item.index(after: equals)...]
            // A name never gets longer by being decoded.
            guard !value.isEmpty, equals - item.startIndex >= name.utf8.count,
                Percent.decode(item[..<equals]).utf8.elementsEqual(name.utf8)
            else { continue }
            return Percent.decode(value)
        }
        return nil
    }
}
