import CPCRE2

/// A set of characters of Python's `re` as PCRE2 takes it.
struct PatternSetText {
    let text: String

    /// A set as it is written in brackets or by an escape.
    init(_ set: PatternSet, _ flags: PatternFlags) {
        if let literal = set.onlyLiteral {
            text = Self.text(of: Self.equivalents(literal, flags), isNegated: set.isNegated)
            return
        }
        var characters = Self.closure(CodePointSet(set.ranges), flags)
        for literal in set.literals { characters.formUnion(Self.equivalents(literal, flags, isAlone: false)) }
        var members: [String] = []
        var excludesWords = false
        for category in set.categories {
            switch (category, flags.contains(.ascii)) {
            case (.digit, false): members.append("\\p{Nd}")
            case (.noDigit, false): members.append("\\P{Nd}")
            case (.word, false): members.append(Self.word)
            case (.noWord, false) where Self.knowsWords: members.append("\\W")
            case (.noWord, false): excludesWords = true
            case (let category, let isASCII): characters.formUnion(Self.characters(of: category, isASCII: isASCII))
            }
        }
        let text = Self.text(of: characters, members, isNegated: set.isNegated)
        guard excludesWords else {
            self.text = text
            return
        }
        let isWord = set.isNegated ? "(?=[\(Self.word)])" : "[^\(Self.word)]|"
        self.text = "(?:" + isWord + text + ")"
    }

    /// A character that stands outside of a set.
    init(_ literal: UInt32, _ flags: PatternFlags) {
        text = Self.text(of: Self.equivalents(literal, flags), isNegated: false)
    }

    static func boundary(_ flags: PatternFlags) -> String {
        if !flags.contains(.ascii), knowsWords { return "\\b" }
        let inside = PatternSetText(PatternSet(categories: [.word]), flags).text
        return "(?:(?<=\(inside))(?!\(inside))|(?<!\(inside))(?=\(inside)))"
    }

    /// PCRE2 10.43 and later count more characters among those of words.
    private static let knowsWords = {
        var version = [UInt8](repeating: 0, count: max(1, Int(pcre2_config_8(UInt32(PCRE2_CONFIG_VERSION), nil))))
        _ = pcre2_config_8(UInt32(PCRE2_CONFIG_VERSION), &version)
        let number = String(decoding: version.prefix { $0 > 0x20 }, as: UTF8.self)
        return number.split(separator: ".").compactMap { Int($0) }.lexicographicallyPrecedes([10, 43])
    }()
    private static let word = knowsWords ? "\\w" : "\\p{L}\\p{N}_"

    private static func characters(of category: PatternSet.Category, isASCII: Bool) -> CodePointSet {
        switch category {
        case .digit: CodePointSet([0x30...0x39])
        case .noDigit: characters(of: .digit, isASCII: isASCII).inverted
        case .space where isASCII: CodePointSet([0x09...0x0D, 0x20...0x20])
        case .space:
            CodePointSet([
                0x09...0x0D, 0x1C...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
                0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
            ])
        case .noSpace: characters(of: .space, isASCII: isASCII).inverted
        case .word: CodePointSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
        case .noWord: characters(of: .word, isASCII: isASCII).inverted
        }
    }

    /// The characters that are the same as one of a set's.
    private static func closure(_ set: CodePointSet, _ flags: PatternFlags) -> CodePointSet {
        guard flags.contains(.ignoreCase), !set.ranges.isEmpty else { return set }
        guard flags.contains(.ascii) else { return CaseFolding.closure(of: set) }
        var closure = set
        for lowercase in UInt32(0x61)...0x7A {
            let uppercase = lowercase - 0x20
            if set.contains(lowercase) { closure.insert(uppercase...uppercase) }
            if set.contains(uppercase) { closure.insert(lowercase...lowercase) }
        }
        return closure
    }

    /// The characters that are the same as one.
    ///
    /// - Parameter isAlone: Whether the character is all of its set. Else, those beyond U+FFFF are compared with the
    ///   lowercase of texts without being made lowercase themselves.
    private static func equivalents(
        _ literal: UInt32, _ flags: PatternFlags, isAlone: Bool = true
    ) -> CodePointSet {
        let single = CodePointSet([literal...literal])
        guard flags.contains(.ignoreCase) else { return single }
        if flags.contains(.ascii) { return closure(single, flags) }
        let same =
            literal > 0xFFFF && !isAlone
            ? CaseFolding.characters(withLowercase: literal) : CaseFolding.equivalents(of: literal)
        return CodePointSet(same.map { $0...$0 })
    }

    private static func text(of set: CodePointSet, _ escapes: [String] = [], isNegated: Bool) -> String {
        let ranges = set.scalarRanges
        if ranges.isEmpty, escapes.isEmpty {
            // Only halves of surrogate pairs, which no text has.
            return isNegated ? "(?s:.)" : "[^\\x{0}-\\x{10ffff}]"
        }
        if !isNegated {
            if escapes.isEmpty, ranges.count == 1, ranges[0].count == 1 { return escaped(ranges[0].lowerBound) }
            if ranges.isEmpty, escapes.count == 1, escapes[0] != "\\p{L}\\p{N}_" { return escapes[0] }
        }
        let members = ranges.map {
            $0.count == 1 ? escaped($0.lowerBound) : escaped($0.lowerBound) + "-" + escaped($0.upperBound)
        }
        return "[" + (isNegated ? "^" : "") + members.joined() + escapes.joined() + "]"
    }

    private static func escaped(_ character: UInt32) -> String {
        let isPlain = 0x30...0x39 ~= character || 0x41...0x5A ~= character || 0x61...0x7A ~= character
        guard isPlain, let scalar = Unicode.Scalar(character) else {
            return "\\x{" + String(character, radix: 16) + "}"
        }
        return String(scalar)
    }
}
