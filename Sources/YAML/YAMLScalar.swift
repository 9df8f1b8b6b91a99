import ExactText
import JSON

/// Finds the type of a scalar that was written without quotes.
enum YAMLScalar {
    static func value(of text: String) -> YAMLNode.Value {
        switch text {
        case "", "~", "null", "Null", "NULL": .null
        case "true", "True", "TRUE": .bool(true)
        case "false", "False", "FALSE": .bool(false)
        case ".nan", ".NaN", ".NAN": .double(.nan)
        default: number(text) ?? .string(text)
        }
    }

    private static func number(_ text: String) -> YAMLNode.Value? {
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        let digits = Substring(text.unicodeScalars.drop { $0 == "+" || $0 == "-" })
        guard text.utf8.count - digits.utf8.count <= 1 else { return nil }
        switch digits {
        case ".inf", ".Inf", ".INF": return .double(isNegative ? -.infinity : .infinity)
        default: return integer(digits, isNegative: isNegative) ?? double(digits, isNegative: isNegative)
        }
    }

    private static func integer(_ digits: Substring, isNegative: Bool) -> YAMLNode.Value? {
        var rest = digits
        var radix = 10
        for (prefix, base) in [("0b", 2), ("0o", 8), ("0x", 16)] where rest.exact.hasPrefix(prefix) {
            rest = Substring(rest.unicodeScalars.dropFirst(2))
            radix = base
        }
        let plain = rest.exact.replacing("_", with: "")
        guard plain.unicodeScalars.first?.properties.isASCIIHexDigit == true else { return nil }
        let signed = (isNegative ? "-" : "") + plain
        return Int(signed, radix: radix).map { .int($0) }
            ?? LargeInteger(signed, radix: radix).map { .largeInteger($0) }
    }

    /// Digits with a point, an exponent, or too many for a whole number.
    private static func double(_ digits: Substring, isNegative: Bool) -> YAMLNode.Value? {
        let parts = digits.exact.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let mantissa = parts[0].exact.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let whole = mantissa[0].exact.replacing("_", with: "")
        let fraction = mantissa.count > 1 ? mantissa[1].exact.replacing("_", with: "") : ""
        guard !(whole.isEmpty && fraction.isEmpty), mantissa[0].utf8.first != UInt8(ascii: "_"), areDigits(whole),
            areDigits(fraction)
        else {
            return nil
        }
        var text = "\(isNegative ? "-" : "")\(whole.isEmpty ? "0" : whole).\(fraction.isEmpty ? "0" : fraction)"
        if parts.count > 1 {
            let sign = parts[1].exact.hasPrefix("+") || parts[1].exact.hasPrefix("-") ? 1 : 0
            let exponent = parts[1].unicodeScalars.dropFirst(sign)
            // Behind a point alone the exponent needs its sign.
            guard !exponent.isEmpty, areDigits(String(exponent)), sign == 1 || !mantissa[0].isEmpty else { return nil }
            text += "e" + parts[1]
        }
        return Double(text).map { .double($0) }
    }

    private static func areDigits(_ text: String) -> Bool {
        text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
}
