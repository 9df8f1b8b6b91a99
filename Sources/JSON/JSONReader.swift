extension JSON {
    /// How deep arrays and objects may be nested; more would let a small body exhaust the stack.
    public static let maxNesting = 256

    /// Reads one JSON value that fills the whole text. Like Python's `json.loads`, it also takes `NaN`, `Infinity` and
    /// `-Infinity`; a lone half of a surrogate pair becomes U+FFFD.
    ///
    /// - Parameters:
    ///   - takesControls: Whether control characters may stand in strings as they are, which JSON forbids.
    ///   - maxValues: How many values there may be in all; a value takes many times the memory and time of its text.
    /// - Throws: ``JSONError`` with the place of the first mistake.
    public init(
        parsing bytes: UnsafeRawBufferPointer, takesControls: Bool = false, maxValues: Int = .max
    ) throws(JSONError) {
        var reader = JSONReader(text: bytes, takesControls: takesControls, maxValues: maxValues)
        self = try reader.document()
    }

    /// Reads one JSON value from bytes in UTF-8.
    ///
    /// - Throws: ``JSONError`` with the place of the first mistake.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        let result: Result<JSON, JSONError> = bytes.withUnsafeBytes { text in
            Result { () throws(JSONError) in try JSON(parsing: text) }
        }
        self = try result.get()
    }

    /// Reads one JSON value from a string.
    ///
    /// - Throws: ``JSONError`` with the place of the first mistake.
    public init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }
}

/// A recursive-descent reader over bytes in UTF-8.
struct JSONReader {
    public let text: UnsafeRawBufferPointer
    private let controls: Range<UInt8>
    private let maxValues: Int
    private var at = 0
    private var depth = 0
    private var values = 0

    init(text: UnsafeRawBufferPointer, takesControls: Bool = false, maxValues: Int = .max) {
        self.text = text
        self.maxValues = maxValues
        controls = 0..<(takesControls ? 1 : 0x20)
    }

    public mutating func document() throws(JSONError) -> JSON {
        let value = try value()
        skipSpace()
        guard at == text.count else { throw error("there is more text after the end of the JSON value") }
        return value
    }

    private func error(_ reason: String) -> JSONError {
        JSONError(reason, at: min(at, text.count), in: text)
    }

    private var next: UInt8? { at < text.count ? text[at] : nil }

    private mutating func skipSpace() {
        while at < text.count, text[at] == 0x20 || text[at] == 0x0A || text[at] == 0x0D || text[at] == 0x09 { at += 1 }
    }

    private mutating func value() throws(JSONError) -> JSON {
        skipSpace()
        values += 1
        guard values <= maxValues else {
            throw JSONError("there are more than \(maxValues) values", at: at, in: text, isTooLarge: true)
        }
        guard let first = next else { throw error("the text ends where a JSON value should be") }
        switch first {
        case UInt8(ascii: "{"): return try nested { (reader) throws(JSONError) in try reader.object() }
        case UInt8(ascii: "["): return try nested { (reader) throws(JSONError) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "N"): return try word("NaN", .double(.nan))
        case UInt8(ascii: "I"): return try word("Infinity", .double(.infinity))
        default: return try number()
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(JSONError) -> JSON
    ) throws(JSONError) -> JSON {
        guard depth < JSON.maxNesting else { throw error("nested deeper than \(JSON.maxNesting) levels") }
        depth += 1
        at += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let length = word.utf8CodeUnitCount
        let expected = UnsafeRawBufferPointer(start: word.utf8Start, count: length)
        guard at + length <= text.count, text[at..<at + length].elementsEqual(expected) else {
            throw error("expected a JSON value")
        }
        at += length
        return value
    }

    private mutating func object() throws(JSONError) -> JSON {
        var members = JSONObject()
        skipSpace()
        if next == UInt8(ascii: "}") {
            at += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error("expected a member name in double quotes") }
            let key = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw error("expected ':' after the member name") }
            at += 1
            members[key] = try value()
            skipSpace()
            switch next {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "}"):
                at += 1
                return .object(members)
            default: throw error("expected ',' or '}' in an object")
            }
        }
    }

    private mutating func array() throws(JSONError) -> JSON {
        var elements: [JSON] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            at += 1
            return .array(elements)
        }
        while true {
            elements.append(try value())
            skipSpace()
            switch next {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "]"):
                at += 1
                return .array(elements)
            default: throw error("expected ',' or ']' in an array")
            }
        }
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = at
        if next == UInt8(ascii: "-") { at += 1 }
        if next == UInt8(ascii: "I"), start < at {
            return try word("Infinity", .double(-.infinity))
        }
        let whole = digits()
        guard whole > 0, whole == 1 || text[at - whole] != UInt8(ascii: "0") else {
            at = start
            throw error("expected a JSON value")
        }
        var isWhole = true
        if next == UInt8(ascii: ".") {
            at += 1
            isWhole = false
            guard digits() > 0 else { throw error("expected a digit after the decimal point") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            at += 1
            isWhole = false
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            guard digits() > 0 else { throw error("expected a digit in the exponent") }
        }
        if isWhole, whole <= 18 { return .int(smallInteger(from: start)) }
        let written = String(decoding: UnsafeRawBufferPointer(rebasing: text[start..<at]), as: UTF8.self)
        if isWhole {
            guard let value = JSON.integer(written) else {
                at = start
                throw error("a whole number has more than \(LargeInteger.maxDigits) digits")
            }
            return value
        }
        return .double(Double(written) ?? .nan)
    }

    private mutating func digits() -> Int {
        let start = at
        while at < text.count, text[at] &- UInt8(ascii: "0") < 10 { at += 1 }
        return at - start
    }

    private func smallInteger(from start: Int) -> Int {
        let isNegative = text[start] == UInt8(ascii: "-")
        var value = 0
        for index in (isNegative ? start + 1 : start)..<at {
            value = value * 10 + Int(text[index] &- UInt8(ascii: "0"))
        }
        return isNegative ? -value : value
    }

    private mutating func string() throws(JSONError) -> String {
        at += 1
        let start = at
        var isASCII = true
        while true {
            at = PlainBytes.end(in: text, from: at)
            guard at < text.count else { break }
            switch text[at] {
            case UInt8(ascii: "\""):
                let plain = try isASCII ? ascii(start..<at) : utf8(start..<at)
                at += 1
                return plain
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case controls: throw error("a control character inside a string must be written as an escape")
            default:
                isASCII = isASCII && text[at] < 0x80
                at += 1
            }
        }
        throw error("a string has no closing double quote")
    }

    /// A string of ASCII, which need not be checked, as most are.
    private func ascii(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: text[range]), as: UTF8.self)
    }

    private func utf8(_ range: Range<Int>) throws(JSONError) -> String {
        let bytes = UnsafeRawBufferPointer(rebasing: text[range])
        guard let value = String(validating: bytes, as: UTF8.self) else {
            throw error("a string is not valid UTF-8")
        }
        return value
    }

    /// The slow way, once a string has a backslash.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var result = try utf8(start..<at)
        var plain = at
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "\""):
                result += try utf8(plain..<at)
                at += 1
                return result
            case UInt8(ascii: "\\"):
                result += try utf8(plain..<at)
                at += 1
                result.unicodeScalars.append(try escape())
                plain = at
            case controls: throw error("a control character inside a string must be written as an escape")
            default: at += 1
            }
        }
        throw error("a string has no closing double quote")
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let kind = next else { throw error("the text ends inside an escape") }
        at += 1
        switch kind {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("unknown escape in a string")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let unit = try fourHexDigits()
        guard unit & 0xFC00 == 0xD800 else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
        guard at + 6 <= text.count, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u") else {
            return "\u{FFFD}"
        }
        let second = at
        at += 2
        let low = try fourHexDigits()
        guard low & 0xFC00 == 0xDC00 else {
            at = second
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        guard at + 4 <= text.count else { throw error("expected four hexadecimal digits after \\u") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Self.hexDigit(text[at]) else {
                throw error("expected four hexadecimal digits after \\u")
            }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
