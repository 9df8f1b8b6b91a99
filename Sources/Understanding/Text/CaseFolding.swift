/// Which characters `re.IGNORECASE` takes for the same: those with the same small letter, and a few pairs of small letters.
enum CaseFolding {
    /// One character for all that are the same.
    static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII { return 0x41...0x5A ~= scalar.value ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar }
        // Where the small form has several characters, Python compares the first.
        let small = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
        return representatives[small] ?? small
    }

    /// The text with each character replaced by the one for all that are the same. Scalars keep their places.
    static func folded(_ text: MessageText) -> MessageText {
        if text.isASCII { return MessageText(bytes: text.bytes.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }) }
        var scalars = String.UnicodeScalarView()
        var at = 0
        while at < text.bytes.count { scalars.append(folded(UTF8Reading.next(text.bytes, &at))) }
        return MessageText(String(scalars))
    }

    /// From the table of equivalent small letters in Python 3.10's `sre_compile`.
    private static let representatives: [Unicode.Scalar: Unicode.Scalar] = [
        "\u{131}": "i", "\u{17F}": "s", "\u{3BC}": "\u{B5}", "\u{3B9}": "\u{345}", "\u{1FBE}": "\u{345}",
        "\u{1FD3}": "\u{390}", "\u{1FE3}": "\u{3B0}", "\u{3D0}": "\u{3B2}", "\u{3F5}": "\u{3B5}", "\u{3D1}": "\u{3B8}",
        "\u{3F0}": "\u{3BA}", "\u{3D6}": "\u{3C0}", "\u{3F1}": "\u{3C1}", "\u{3C3}": "\u{3C2}", "\u{3D5}": "\u{3C6}",
        "\u{1C80}": "\u{432}", "\u{1C81}": "\u{434}", "\u{1C82}": "\u{43E}", "\u{1C83}": "\u{441}",
        "\u{1C84}": "\u{442}", "\u{1C85}": "\u{442}", "\u{1C86}": "\u{44A}", "\u{1C87}": "\u{463}",
        "\u{1E9B}": "\u{1E61}", "\u{1C88}": "\u{A64B}", "\u{FB06}": "\u{FB05}",
    ]
}
