/// Characters beyond ASCII that a text writes as escapes.
///
/// Rasa puts them in before it reads the YAML, where a text has nothing but ASCII: `\u00e9` means its character also
/// outside of quotes, and two halves of a pair mean one character, as JSON writes emoji. YAML knows neither.
enum UnicodeEscapes {
    private static let backslash = UInt8(ascii: "\\")

    /// The text in UTF-8 with the characters put in. What is no such escape stays as it is.
    static func resolved(in text: [UInt8]) -> [UInt8] {
        guard text.contains(backslash), text.allSatisfy({ $0 < 0x80 }) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var rest = text[...]
        while let mark = rest.firstIndex(of: backslash) {
            result += rest[..<mark]
            rest = rest[mark...]
            if let (scalar, length) = scalar(rest), !scalar.isASCII {
                result += Array(String(scalar).utf8)
                rest = rest.dropFirst(length)
            } else {
                // The character behind a backslash begins no escape, were it a backslash itself.
                result += rest.prefix(2)
                rest = rest.dropFirst(2)
            }
        }
        return result + rest
    }

    /// The character that an escape at the beginning means, and the escape's length.
    private static func scalar(_ text: ArraySlice<UInt8>) -> (scalar: Unicode.Scalar, length: Int)? {
        if let number = number(text, mark: "U", digits: 8) { return Unicode.Scalar(number).map { ($0, 10) } }
        guard let first = number(text, mark: "u", digits: 4) else { return nil }
        if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
        guard let second = number(text.dropFirst(6), mark: "u", digits: 4) else { return nil }
        let pair = [UInt16(first), UInt16(second)]
        guard UTF16.isLeadSurrogate(pair[0]), UTF16.isTrailSurrogate(pair[1]) else { return nil }
        return String(decoding: pair, as: UTF16.self).unicodeScalars.first.map { ($0, 12) }
    }

    private static func number(_ text: ArraySlice<UInt8>, mark: Unicode.Scalar, digits count: Int) -> UInt32? {
        guard text.first == backslash, text.dropFirst().first == UInt8(ascii: mark) else { return nil }
        let digits = text.dropFirst(2).prefix(count)
        guard digits.count == count, digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-") else {
            return nil
        }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
