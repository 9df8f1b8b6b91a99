/// A whole number that does not fit into 64 bits, by its decimal digits.
public struct LargeInteger: Sendable, Hashable, CustomStringConvertible {
    /// The most digits that Python turns into a number.
    public static let maxDigits = 4300

    /// The digits, after a minus for a number below zero.
    public let description: String

    /// Reads digits after a sign or none.
    ///
    /// - Returns: nil for any other text, for a number that fits into 64 bits and for more digits than ``maxDigits``.
    public init?(_ text: String) {
        var digits = Substring(text).utf8
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        guard digits.count <= Self.maxDigits, digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return nil
        }
        digits = digits.drop { $0 == UInt8(ascii: "0") }
        let written = (isNegative ? "-" : "") + String(Substring(digits))
        guard digits.count >= 19, Int(written) == nil else { return nil }
        description = written
    }

    /// Reads digits of a number system after a sign or none.
    ///
    /// - Returns: nil as ``init(_:)``.
    public init?(_ text: String, radix: Int) {
        guard radix != 10 else {
            self.init(text)
            return
        }
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        // Groups of eighteen decimal digits, the lowest first.
        var groups: [UInt64] = [0]
        guard text.utf8.count <= Self.maxDigits else { return nil }
        for scalar in text.unicodeScalars.dropFirst(isNegative ? 1 : 0) {
            guard var carry = UInt64(String(scalar), radix: radix) else { return nil }
            for index in groups.indices {
                carry += groups[index] * UInt64(radix)
                groups[index] = carry % Self.groupSize
                carry /= Self.groupSize
            }
            if carry > 0 { groups.append(carry) }
        }
        let digits = groups.reversed().map { String($0 + Self.groupSize).dropFirst() }.joined()
        self.init((isNegative ? "-" : "") + digits)
    }

    /// A group times a radix of at most sixteen fits into 64 bits.
    private static let groupSize: UInt64 = 1_000_000_000_000_000_000

    /// The nearest floating-point number; an infinity beyond all of them.
    public var double: Double { Double(description) ?? .nan }

    public var isNegative: Bool { description.utf8.first == UInt8(ascii: "-") }
}

extension JSON {
    /// A whole number of any size from its decimal digits after a sign or none.
    ///
    /// - Returns: nil for any other text and for more digits than ``LargeInteger/maxDigits``.
    public static func integer(_ text: String) -> JSON? {
        Int(text).map(JSON.int) ?? LargeInteger(text).map(JSON.largeInteger)
    }
}
