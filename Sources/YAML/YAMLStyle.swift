/// How a text is written so that it is read again as the same text, by Parley and by Rasa.
enum YAMLStyle {
    case plain
    case singleQuoted
    case doubleQuoted
    /// Line by line below a `|`.
    case block

    /// Without quotes, unless it would be read as something else. Quotes are single ones, but for texts that single
    /// ones would make hard to read, or that need escapes.
    init(for text: String) {
        let traits = YAMLTraits(of: text)
        if traits.canBePlain, !YAMLScalar.isAmbiguous(text) {
            self = .plain
        } else if traits.hasQuoteOrNewline || !traits.canBeSingleQuoted {
            self = .doubleQuoted
        } else {
            self = .singleQuoted
        }
    }

    /// Whether a text in a block is the same text when it is read again.
    static func canBeBlock(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        // A tab would be taken for indentation.
        return scalars.first != "\t"
            && scalars.allSatisfy { $0 == "\n" || $0 == "\t" || isPrintable($0) || $0 == "\u{FEFF}" }
    }

    /// Whether the last line of a text, which ends with the end of a line, is empty.
    static func endsWithEmptyLine(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard let last = scalars.last, isBreak(last) else { return false }
        return scalars.dropLast().last.map(isBreak) ?? true
    }

    /// Whether YAML takes the character for the end of a line.
    static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    /// Whether a character can stand as it is. That is not so for U+0085, which Rasa's library reads as another
    /// character than it writes.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// Writes a text.
    ///
    /// - Parameter indentation: Of further lines.
    func write(_ text: String, indentation: Int, to output: inout [UInt8]) {
        switch self {
        case .plain: output += text.utf8
        case .singleQuoted: Self.writeSingleQuoted(text, indentation, &output)
        case .doubleQuoted: Self.writeDoubleQuoted(text, &output)
        case .block: Self.writeBlock(text, indentation, &output)
        }
    }

    private static func writeSingleQuoted(_ text: String, _ indentation: Int, _ output: inout [UInt8]) {
        output.append(UInt8(ascii: "'"))
        var isAfterBreak = false
        for scalar in text.unicodeScalars {
            let isBreak = isBreak(scalar)
            if isAfterBreak, !isBreak { indent(indentation, &output) }
            isAfterBreak = isBreak
            output += String(scalar).utf8
        }
        if isAfterBreak { indent(indentation, &output) }
        output.append(UInt8(ascii: "'"))
    }

    private static func writeDoubleQuoted(_ text: String, _ output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            if let letter = escapes[scalar] {
                output += [UInt8(ascii: "\\"), letter]
            } else if scalar.value <= 0xFFFF, isPrintable(scalar) {
                output += String(scalar).utf8
            } else {
                let (mark, count) = scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
                let digits = String(scalar.value, radix: 16, uppercase: true)
                output += "\\\(mark)\(String(repeating: "0", count: count - digits.utf8.count))\(digits)".utf8
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static let escapes: [Unicode.Scalar: UInt8] = [
        "\0": UInt8(ascii: "0"), "\u{7}": UInt8(ascii: "a"), "\u{8}": UInt8(ascii: "b"), "\t": UInt8(ascii: "t"),
        "\n": UInt8(ascii: "n"), "\u{B}": UInt8(ascii: "v"), "\u{C}": UInt8(ascii: "f"), "\r": UInt8(ascii: "r"),
        "\u{1B}": UInt8(ascii: "e"), "\"": UInt8(ascii: "\""), "\\": UInt8(ascii: "\\"), "\u{85}": UInt8(ascii: "N"),
        "\u{2028}": UInt8(ascii: "L"), "\u{2029}": UInt8(ascii: "P"),
    ]

    private static func writeBlock(_ text: String, _ indentation: Int, _ output: inout [UInt8]) {
        let scalars = text.unicodeScalars
        output.append(UInt8(ascii: "|"))
        // What begins with space says how much of it is indentation.
        if let first = scalars.first, first == " " || isBreak(first) { output.append(UInt8(ascii: "2")) }
        if endsWithEmptyLine(text) {
            output.append(UInt8(ascii: "+"))
        } else if let last = scalars.last, !isBreak(last) {
            output.append(UInt8(ascii: "-"))
        }
        output.append(UInt8(ascii: "\n"))
        var isAfterBreak = true
        for scalar in scalars {
            let isBreak = isBreak(scalar)
            if isAfterBreak, !isBreak { indent(indentation, &output) }
            isAfterBreak = isBreak
            output += String(scalar).utf8
        }
        if !isAfterBreak { output.append(UInt8(ascii: "\n")) }
    }

    private static func indent(_ count: Int, _ output: inout [UInt8]) {
        output += repeatElement(UInt8(ascii: " "), count: count)
    }
}
