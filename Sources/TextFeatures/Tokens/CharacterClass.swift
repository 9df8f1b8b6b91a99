import PythonSemantics

struct CharacterClass: OptionSet, Sendable {
    let rawValue: UInt8

    /// White space to the `regex` module.
    static let space = CharacterClass(rawValue: 1)
    /// White space to `str.split`; U+001C to U+001F are only this.
    static let splits = CharacterClass(rawValue: 2)
    /// An ASCII digit.
    static let digit = CharacterClass(rawValue: 4)
    /// A word character, `#`, `@` or `&`.
    static let keepsWord = CharacterClass(rawValue: 8)
    /// A word character or one of those that stand in addresses.
    static let keepsAddress = CharacterClass(rawValue: 16)
    /// A character that a dropped word consists of.
    static let emoji = CharacterClass(rawValue: 32)

    var isSolid: Bool { isDisjoint(with: [.space, .digit]) }

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            self = Self.ascii[Int(scalar.value)]
        } else {
            self.init(classifying: scalar)
        }
    }

    private init(classifying scalar: Unicode.Scalar) {
        self = []
        if scalar.isUnicodeSpace { insert(.space) }
        if scalar.isPythonSpace { insert(.splits) }
        if scalar.isASCII, scalar.isPythonDigit { insert(.digit) }
        let isWord = scalar.isRegexModuleWord
        if isWord || "#@&".unicodeScalars.contains(scalar) { insert(.keepsWord) }
        if isWord || "._~:/?#[]()@!$&*+,;=-".unicodeScalars.contains(scalar) { insert(.keepsAddress) }
        if scalar.isRasaEmoji { insert(.emoji) }
    }

    private static let ascii = (UInt8(0)..<128).map { CharacterClass(classifying: Unicode.Scalar($0)) }
}
