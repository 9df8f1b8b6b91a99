import COpenSSL

/// Base64 (RFC 4648).
public enum Base64 {
    /// Bytes with the standard alphabet and padding.
    public static func encode(_ bytes: [UInt8]) -> String {
        guard !bytes.isEmpty else { return "" }
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let count = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text.prefix(Int(count)), as: UTF8.self)
    }

    /// Bytes with the alphabet for URLs, without padding.
    public static func encodeURL(_ bytes: [UInt8]) -> String {
        let text = encode(bytes).utf8.prefix { $0 != padding }.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text with the standard alphabet and padding; nil where it is none.
    public static func decode(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 4 == 0 else { return nil }
        let end = digits.suffix(2).prefix { $0 != padding }.count
        return read(digits.dropLast(min(2, digits.count) - end), value: standard)?.bytes
    }

    /// The bytes of a text with the alphabet for URLs, read strictly: one text for each sequence of bytes; nil for
    /// anything else. Padding is left out, or there is all of it.
    public static func decodeURL(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var digits = text
        while digits.last == padding, text.count - digits.count < 2 { digits.removeLast() }
        guard digits.count == text.count || text.count % 4 == 0, digits.count % 4 != 1,
            // Bits that are left over must be zero, or several texts would stand for the same bytes.
            let (bytes, rest) = read(digits, value: forURLs), rest == 0
        else { return nil }
        return bytes
    }

    private static let padding = UInt8(ascii: "=")

    private static func read(
        _ digits: ArraySlice<UInt8>, value: (UInt8) -> UInt8?
    ) -> (bytes: [UInt8], rest: UInt32)? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for digit in digits {
            guard let value = value(digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return (bytes, bits & (1 << count - 1))
    }

    private static func standard(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: alphanumeric(digit)
        }
    }

    private static func forURLs(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: alphanumeric(digit)
        }
    }

    private static func alphanumeric(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        default: nil
        }
    }
}
