internal import CPCRE2
internal import ExactText

/// An expression of Python's `re` rewritten for PCRE2.
///
/// The two agree on most of the language. What differs and is rewritten: `\Z`, `\v`, `\uXXXX`, `\UXXXXXXXX`, `{,n}`, a
/// bracket inside a set, flags for the whole expression anywhere in it, the flags `a`, `u` and `L`, the length of group
/// names, `\s` (U+001C to U+001F belong to it) and `\B` (never in an empty text).
struct PythonPattern {
    /// The expression for PCRE2 in UTF-8.
    private(set) var text: [UInt8] = []
    /// PCRE2's options for the flags found in the expression.
    private(set) var options: UInt32 = 0
    /// Whether `\w` and the like mean ASCII only (flag `a`).
    private(set) var isASCII: Bool

    private let expression: String
    private let source: [Unicode.Scalar]
    private var at = 0
    private let isVerbose: Bool
    private var names: [ExactString: Int] = [:]

    init(_ expression: String) throws(PatternError) {
        try self.init(expression, isVerbose: false, isASCII: false)
        // A flag for the whole expression changes how its beginning has to be read.
        let becameVerbose = options & PCRE2_EXTENDED != 0
        if becameVerbose || isASCII { try self.init(expression, isVerbose: becameVerbose, isASCII: isASCII) }
    }

    private init(_ expression: String, isVerbose: Bool, isASCII: Bool) throws(PatternError) {
        self.expression = expression
        self.isVerbose = isVerbose
        self.isASCII = isASCII
        source = Array(expression.unicodeScalars)
        while at < source.count { try step() }
    }

    private mutating func step() throws(PatternError) {
        let scalar = source[at]
        switch scalar {
        case "\\": try escape(inSet: false)
        case "[": try set()
        case "(" where peek(1) == "?": try group()
        case "{": quantifier()
        case "#" where isVerbose:
            while at < source.count, source[at] != "\n" { copy() }
        default: copy()
        }
    }

    private func peek(_ distance: Int) -> Unicode.Scalar? {
        at + distance < source.count ? source[at + distance] : nil
    }

    private mutating func copy() {
        put(String(source[at]))
        at += 1
    }

    private mutating func put(_ piece: String) {
        text.append(contentsOf: piece.utf8)
    }

    private func refuse(_ reason: String) -> PatternError {
        PatternError(expression: expression, reason: reason)
    }

    private mutating func escape(inSet: Bool) throws(PatternError) {
        guard let kind = peek(1) else { throw refuse("it ends in a backslash") }
        switch kind {
        case "Z" where !inSet: put("\\z")
        case "v": put("\\x0b")
        case "b" where inSet: put("\\x08")
        case "B" where !inSet: put("(?!\\A\\z)\\B")
        case "s" where !isASCII: put(inSet ? "\\s\\x1c-\\x1f" : "[\\s\\x1c-\\x1f]")
        case "S" where !isASCII && !inSet: put("[^\\s\\x1c-\\x1f]")
        case "x": return try hexadecimal(digits: 2)
        case "u": return try hexadecimal(digits: 4)
        case "U": return try hexadecimal(digits: 8)
        case "N": throw refuse("characters by name (\\N{…}) are not served; write the character or \\uXXXX")
        default: put("\\" + String(kind))
        }
        at += 2
    }

    private mutating func hexadecimal(digits count: Int) throws(PatternError) {
        let digits = String(String.UnicodeScalarView(source[min(at + 2, source.count)...].prefix(count)))
        guard digits.utf8.count == count, let value = UInt32(digits, radix: 16), Unicode.Scalar(value) != nil else {
            throw refuse("'\\\(source[at + 1])' must be followed by \(count) hexadecimal digits of a character")
        }
        put("\\x{" + String(value, radix: 16) + "}")
        at += 2 + count
    }

    private mutating func set() throws(PatternError) {
        copy()
        if peek(0) == "^" { copy() }
        var isFirst = true
        while let scalar = peek(0), isFirst || scalar != "]" {
            isFirst = false
            switch scalar {
            case "\\": try escape(inSet: true)
            case "[":
                put("\\[")
                at += 1
            case "]":
                put("\\]")
                at += 1
            default: copy()
            }
        }
        guard at < source.count else { throw refuse("a set '[' is not closed") }
        copy()
    }

    /// `{,n}` counts from 0.
    private mutating func quantifier() {
        var end = at + 1
        guard peek(1) == "," else { return copy() }
        end += 1
        while end < source.count, "0"..."9" ~= source[end] { end += 1 }
        guard end < source.count, source[end] == "}" else { return copy() }
        put("{0")
        at += 1
    }

    private mutating func group() throws(PatternError) {
        switch peek(2) {
        case "P": try namedGroup()
        case "#":
            while at < source.count, source[at] != ")" { at += 1 }
            at += 1
        case "(":
            put("(?(")
            at += 3
            let name = try name(until: ")")
            put(Int(name) != nil ? name : "<n\(try number(of: name))>")
            put(")")
        case let scalar? where "aiLmsux-".unicodeScalars.contains(scalar): try flags()
        default:
            copy()
            copy()
        }
    }

    private mutating func namedGroup() throws(PatternError) {
        switch peek(3) {
        case "<":
            at += 4
            let name = try name(until: ">")
            names[name] = names.count
            put("(?P<n\(names.count - 1)>")
        case "=":
            at += 4
            put("(?P=n\(try number(of: try name(until: ")"))))")
        default: throw refuse("'(?P' must be followed by '<' or '='")
        }
    }

    private mutating func name(until end: Unicode.Scalar) throws(PatternError) -> String {
        guard let stop = source[at...].firstIndex(of: end) else { throw refuse("a group's name is not closed") }
        defer { at = stop + 1 }
        return String(String.UnicodeScalarView(source[at..<stop]))
    }

    private func number(of name: String) throws(PatternError) -> Int {
        guard let number = names[name] else { throw refuse("there is no group '\(name)' before its use") }
        return number
    }

    private mutating func flags() throws(PatternError) {
        at += 2
        var written = ""
        while let scalar = peek(0), scalar != ")", scalar != ":" {
            written.unicodeScalars.append(scalar)
            at += 1
        }
        guard let end = peek(0) else { throw refuse("a group of flags is not closed") }
        at += 1
        if end == ":" {
            // PCRE2 cannot switch to ASCII for a part; words there are taken as Unicode's.
            put("(?" + written.filter { !"auL".contains($0) } + ":")
            return
        }
        for flag in written {
            switch flag {
            case "a": isASCII = true
            case "i": options |= PCRE2_CASELESS
            case "m": options |= PCRE2_MULTILINE
            case "s": options |= PCRE2_DOTALL
            case "x": options |= PCRE2_EXTENDED
            case "u", "L": break
            default: throw refuse("the flag '\(flag)' is not known")
            }
        }
    }
}
