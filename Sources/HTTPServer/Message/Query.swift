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
        for item in raw.utf8.split(separator: UInt8(ascii: "&")) {
            guard let equals = item.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = item[item.index(after: equals)...]
            guard !value.isEmpty, Query.decoded(item[..<equals]) == name else { continue }
            return Query.decoded(value)
        }
        return nil
    }

    private static func decoded(_ text: Substring.UTF8View.SubSequence) -> String {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(Substring(text))
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                if let high = hexadecimal(rest.first), let low = hexadecimal(rest.dropFirst().first) {
                    bytes.append(high << 4 | low)
                    rest = rest.dropFirst(2)
                } else {
                    bytes.append(byte)
                }
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8?) -> UInt8? {
        switch byte {
        case .some(let digit) where digit &- UInt8(ascii: "0") < 10: digit - UInt8(ascii: "0")
        case .some(let letter) where (letter | 0x20) &- UInt8(ascii: "a") < 6: (letter | 0x20) - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
