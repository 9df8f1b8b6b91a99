extension PatternParser {
    /// What a backslash and a character stand for, outside of sets.
    mutating func escape(_ kind: Unicode.Scalar) throws(PatternError) -> PatternNode {
        switch kind {
        case "A": return .position(.textStart)
        case "Z": return .position(.textEnd)
        case "b": return .position(.wordBoundary)
        case "B": return .position(.noWordBoundary)
        case "0":
            // Up to three digits, which stay below the limit of octal escapes.
            return .literal(UInt32("0" + (try take(2, where: Self.isOctal)), radix: 8) ?? 0)
        case "1"..."9": return try numbered(kind)
        default: break
        }
        if let category = Self.category(kind) { return .set(PatternSet(categories: [category])) }
        return .literal(try character(kind))
    }

    /// What a backslash and a character stand for in a set: a character or, else, a category.
    mutating func setEscape(
        _ kind: Unicode.Scalar
    ) throws(PatternError) -> (character: UInt32?, category: PatternSet.Category?) {
        if kind == "b" { return (0x08, nil) }
        if let category = Self.category(kind) { return (nil, category) }
        guard Self.isOctal(kind) else { return (try character(kind), nil) }
        return (try octal(String(kind) + (try take(2, where: Self.isOctal))), nil)
    }

    private static func category(_ kind: Unicode.Scalar) -> PatternSet.Category? {
        switch kind {
        case "d": .digit
        case "D": .noDigit
        case "s": .space
        case "S": .noSpace
        case "w": .word
        case "W": .noWord
        default: nil
        }
    }

    private static func isOctal(_ scalar: Unicode.Scalar) -> Bool { "0"..."7" ~= scalar }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { "0"..."9" ~= scalar }

    private func octal(_ digits: String) throws(PatternError) -> UInt32 {
        guard let value = UInt32(digits, radix: 8), value <= 0o377 else {
            throw refuse("'\\\(digits)' is larger than the largest octal escape \\377")
        }
        return value
    }

    /// Three octal digits are a character, anything else the number of a group.
    private mutating func numbered(_ first: Unicode.Scalar) throws(PatternError) -> PatternNode {
        var digits = String(first)
        digits += try take(1, where: Self.isDigit)
        if digits.unicodeScalars.count == 2, digits.unicodeScalars.allSatisfy(Self.isOctal) {
            let third = try take(1, where: Self.isOctal)
            if !third.isEmpty { return .literal(try octal(digits + third)) }
        }
        let number = Int(digits) ?? 0
        try groups.check(number, refuse)
        return .reference(number)
    }

    /// The character that an escape of a letter or sign stands for.
    private mutating func character(_ kind: Unicode.Scalar) throws(PatternError) -> UInt32 {
        switch kind {
        case "a": return 0x07
        case "f": return 0x0C
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "v": return 0x0B
        case "x": return try hexadecimal(kind, digits: 2)
        case "u": return try hexadecimal(kind, digits: 4)
        case "U": return try hexadecimal(kind, digits: 8)
        case "N":
            guard try take("{") else { throw refuse("'\\N' must be followed by a character's name in braces") }
            let name = try take(until: "}", "the name of a character")
            guard let scalar = CharacterName.scalar(named: name) else {
                throw refuse("there is no character of the name '\(name)'")
            }
            return scalar.value
        case "0"..."9", "a"..."z", "A"..."Z": throw refuse("'\\\(kind)' has no meaning")
        default: return kind.value
        }
    }

    private mutating func hexadecimal(_ kind: Unicode.Scalar, digits count: Int) throws(PatternError) -> UInt32 {
        let digits = try take(count) { $0.properties.isASCIIHexDigit }
        guard digits.utf8.count == count, let value = UInt32(digits, radix: 16), value <= CodePointSet.last else {
            throw refuse("'\\\(kind)' must be followed by \(count) hexadecimal digits of a character")
        }
        return value
    }
}

/// Characters by their names in Unicode.
enum CharacterName {
    /// The character of a name, in whatever case; nil if there is none. It looks at all characters, which takes a
    /// moment.
    static func scalar(named name: String) -> Unicode.Scalar? {
        let wanted = name.uppercased().utf8
        for value in UInt32(0)...0x2FFFF {
            guard let scalar = Unicode.Scalar(value), let found = scalar.properties.name ?? scalar.properties.nameAlias,
                found.utf8.elementsEqual(wanted)
            else { continue }
            return scalar
        }
        return nil
    }
}
