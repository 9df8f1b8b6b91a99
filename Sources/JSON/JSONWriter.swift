import ExactText

public struct JSONStyle: Sendable, Hashable {
    /// Whether a space follows every comma and colon.
    public var isSpaced: Bool
    /// Whether characters beyond ASCII are written as `\uXXXX`.
    public var escapesNonASCII: Bool
    /// Whether the members of every object come in the order of their names (by Unicode scalar).
    public var sortsKeys: Bool

    /// As small as possible, in UTF-8: bodies of responses and requests.
    public static let compact = JSONStyle(isSpaced: false, escapesNonASCII: false, sortsKeys: false)
    /// As Python's `json.dumps` writes by default: what Rasa puts into its stores.
    public static let python = JSONStyle(isSpaced: true, escapesNonASCII: true, sortsKeys: false)
    /// As `json.dumps(…, sort_keys=True)`: keys of memorised turns and rules.
    public static let pythonSorted = JSONStyle(isSpaced: true, escapesNonASCII: true, sortsKeys: true)
}

extension JSON {
    /// The value as bytes in UTF-8.
    public func encoded(_ style: JSONStyle = .compact) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(256)
        write(to: &output, style)
        return output
    }

    public func text(_ style: JSONStyle = .compact) -> String {
        String(decoding: encoded(style), as: UTF8.self)
    }

    /// Appends the value's text to `output`. Numbers that JSON cannot say (NaN, infinities) become `null`.
    public func write(to output: inout [UInt8], _ style: JSONStyle = .compact) {
        switch self {
        case .null: output.append(literal: "null")
        case .bool(let value): output.append(literal: value ? "true" : "false")
        case .int(let value): output.append(integer: value)
        case .largeInteger(let value): output.append(contentsOf: value.description.utf8)
        case .double(let value): output.append(contentsOf: JSON.pythonRepresentation(of: value).utf8)
        case .string(let value): JSON.write(value, to: &output, escapesNonASCII: style.escapesNonASCII)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ","), spaced: style.isSpaced) }
                element.write(to: &output, style)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            var isFirst = true
            func member(_ name: String, _ value: JSON) {
                if !isFirst { output.append(UInt8(ascii: ","), spaced: style.isSpaced) }
                isFirst = false
                JSON.write(name, to: &output, escapesNonASCII: style.escapesNonASCII)
                output.append(UInt8(ascii: ":"), spaced: style.isSpaced)
                value.write(to: &output, style)
            }
            if style.sortsKeys {
                let sorted = members.sorted { $0.key.exact < $1.key.exact }
                for (name, value) in sorted { member(name, value) }
            } else {
                for (name, value) in members { member(name, value) }
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// A number as Python's `repr` writes it: the shortest text that reads back the same, with an exponent from 1e16.
    public static func pythonRepresentation(of value: Double) -> String {
        guard value.isFinite else { return "null" }
        let text = value.description
        guard value.magnitude >= 1e16, !text.exact.contains("e") else { return text }
        var digits = text.drop { $0 == "-" }.prefix { $0 != "." }
        let exponent = digits.count - 1
        while digits.last == "0" { digits.removeLast() }
        let fraction = digits.dropFirst()
        return "\(value < 0 ? "-" : "")\(digits.prefix(1))\(fraction.isEmpty ? "" : ".\(fraction)")e+\(exponent)"
    }

    public static func write(_ text: String, to output: inout [UInt8], escapesNonASCII: Bool = false) {
        var text = text
        output.append(UInt8(ascii: "\""))
        text.withUTF8 { bytes in
            var plain = 0
            var at = 0
            while true {
                at = PlainBytes.end(in: UnsafeRawBufferPointer(bytes), from: at)
                guard at < bytes.count else { break }
                let byte = bytes[at]
                let isSpecial = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                // What is not escaped ends with `~` in Python.
                if !isSpecial, !escapesNonASCII {
                    at += 1
                    continue
                }
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[plain..<at]))
                if byte < 0x80 {
                    escape(byte, to: &output)
                    at += 1
                } else {
                    var scalars = UTF8.ForwardParser()
                    var rest = bytes[at...].makeIterator()
                    if case .valid(let encoded) = scalars.parseScalar(from: &rest) {
                        for unit in UTF8.decode(encoded).utf16 { escape(utf16: unit, to: &output) }
                        at += encoded.count
                    } else {
                        at += 1
                    }
                }
                plain = at
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[plain...]))
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func escape(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): output.append(literal: "\\\"")
        case UInt8(ascii: "\\"): output.append(literal: "\\\\")
        case UInt8(ascii: "\n"): output.append(literal: "\\n")
        case UInt8(ascii: "\r"): output.append(literal: "\\r")
        case UInt8(ascii: "\t"): output.append(literal: "\\t")
        case 0x08: output.append(literal: "\\b")
        case 0x0C: output.append(literal: "\\f")
        default: escape(utf16: UInt16(byte), to: &output)
        }
    }

    private static func escape(utf16 unit: UInt16, to output: inout [UInt8]) {
        output.append(literal: "\\u")
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8(unit >> shift & 0xF)
            output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ mark: UInt8, spaced: Bool) {
        append(mark)
        if spaced { append(0x20) }
    }

    fileprivate mutating func append(literal text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    fileprivate mutating func append(integer value: Int) {
        if value >= 0, value < 10 {
            append(UInt8(ascii: "0") + UInt8(value))
        } else {
            append(contentsOf: String(value).utf8)
        }
    }
}
