/// The classes of characters that Python's `str` and `re` know, which the training of a model has relied on.
extension Unicode.Scalar {
    /// `str.isspace`, which `str.strip`, `str.split` and `\s` of `re` use.
    @inlinable public var isPythonSpace: Bool {
        if isASCII { return value == 0x20 || 0x09...0x0D ~= value || 0x1C...0x1F ~= value }
        return isWideSpace
    }

    /// The Unicode property White_Space, which `\s` of the `regex` module uses: without U+001C to U+001F.
    @inlinable public var isUnicodeSpace: Bool {
        if isASCII { return value == 0x20 || 0x09...0x0D ~= value }
        return isWideSpace
    }

    @usableFromInline var isWideSpace: Bool {
        switch value {
        case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// `\w` of `re`: letters, everything with a numeric value, and the underscore.
    @inlinable public var isPythonWord: Bool {
        if isASCII { return isASCIIWord }
        return properties.generalCategory.isLetter || properties.numericType != nil
    }

    /// `\w` of the `regex` module: letters, marks, decimal digits, letter numbers, connectors and a few symbols.
    @inlinable public var isRegexModuleWord: Bool {
        if isASCII { return isASCIIWord }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .letterNumber, .decimalNumber, .connectorPunctuation:
            return true
        case let category where category.isLetter: return true
        default: break
        }
        switch value {
        case 0x200C, 0x200D, 0x24B6...0x24E9, 0x1F130...0x1F149, 0x1F150...0x1F169, 0x1F170...0x1F189: return true
        default: return false
        }
    }

    @inlinable var isASCIIWord: Bool {
        switch value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
        default: false
        }
    }

    /// Whether a word of nothing but such characters is dropped by Rasa's tokenizer (`get_emoji_regex`). The widest
    /// range takes in all of Chinese and Japanese; that is so in the original.
    public var isRasaEmoji: Bool {
        switch value {
        case 0x1F600...0x1F64F, 0x1F300...0x1F5FF, 0x1F680...0x1F6FF, 0x1F1E0...0x1F1FF, 0x2702...0x27B0,
            0x24C2...0x1F251, 0x200C, 0x200D:
            true
        default: false
        }
    }

    /// `str.isdigit` of one character.
    public var isPythonDigit: Bool {
        if isASCII { return 0x30...0x39 ~= value }
        return properties.numericType == .decimal || properties.numericType == .digit
    }
}

extension Unicode.GeneralCategory {
    @usableFromInline var isLetter: Bool {
        switch self {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}
