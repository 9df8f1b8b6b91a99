import ExactText

public enum Percent {
    /// A text as part of a query or form: in UTF-8, with everything encoded but what never needs it.
    public static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%" + Hexadecimal.text([byte]).uppercased()
            }
        }
        return encoded
    }

    /// A text as a value of a form in the older spelling, as Python's `urllib.parse.urlencode` writes it: spaces as
    /// `+`.
    public static func encode(form text: String) -> String {
        encode(text).replacing("%20", with: "+")
    }

    /// A path: its parts encoded, the slashes between them left.
    public static func encode(path: String) -> String {
        path.exact.split(separator: "/", omittingEmptySubsequences: false).map { encode(String($0)) }.joined(
            separator: "/")
    }

    /// A name or value of a query or form: `+` is a space, `%XX` a byte, and any other `%` itself.
    public static func decode(_ text: ArraySlice<UInt8>) -> String {
        guard text.contains(UInt8(ascii: "+")) else { return decode(part: text) }
        return decode(part: text.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 }[...])
    }

    /// A part of an address before its query: `%XX` is a byte, and any other `%` itself.
    public static func decode(part text: ArraySlice<UInt8>) -> String {
        guard text.contains(UInt8(ascii: "%")) else { return String(decoding: text, as: UTF8.self) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = Hexadecimal.byte(rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
