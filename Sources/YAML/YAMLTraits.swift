/// What decides in which styles a text can be written.
struct YAMLTraits {
    private(set) var canBePlain = true
    private(set) var canBeSingleQuoted = true
    private(set) var hasQuoteOrNewline = false

    private static let indicators = Set("#,[]{}&*!|>'\"%@`".unicodeScalars)

    init(of text: String) {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last else {
            canBePlain = false
            return
        }
        let marks = text.utf8.prefix(3)
        if Self.indicators.contains(first) || marks.elementsEqual("---".utf8) || marks.elementsEqual("...".utf8) {
            canBePlain = false
        }
        if first == " " || last == " " { canBePlain = false }
        var previous: Unicode.Scalar?
        for (index, scalar) in zip(scalars.indices, scalars) {
            let isBreak = YAMLStyle.isBreak(scalar)
            switch scalar {
            case "?" where previous == nil, "-" where previous == nil, ":":
                let next = scalars[index...].dropFirst().first
                if next.map(Self.isSpace) ?? true { canBePlain = false }
            case "#" where previous.map(Self.isSpace) ?? true: canBePlain = false
            case "'", "\n": hasQuoteOrNewline = true
            default: break
            }
            if isBreak { canBePlain = false }
            // Spaces beside the end of a line would be lost, and what is not printable needs an escape.
            let isBesideBreak =
                scalar == " " && (previous.map(YAMLStyle.isBreak) ?? false) || isBreak && previous == " "
            if isBesideBreak || !(YAMLStyle.isPrintable(scalar) || scalar == "\n") {
                canBePlain = false
                canBeSingleQuoted = false
            }
            previous = scalar
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\0", " ", "\t", "\r": true
        default: YAMLStyle.isBreak(scalar)
        }
    }
}
