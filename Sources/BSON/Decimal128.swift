package import JSON

/// A decimal number of MongoDB (IEEE 754-2008, 128 bits), which Parley writes for whole numbers that do not fit into 64
/// bits and have at most 34 digits.
package struct Decimal128: Sendable, Hashable {
    /// The lower half of the bits.
    package let low: UInt64
    /// The upper half: sign, exponent and the upper digits.
    package let high: UInt64

    /// The number with these bits.
    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// A whole number.
    ///
    /// - Returns: nil for one of more than 34 digits.
    package init?(_ number: LargeInteger) {
        guard let magnitude = UInt128(number.description.utf8.drop { $0 == UInt8(ascii: "-") }.text),
            magnitude <= Self.maxMagnitude
        else { return nil }
        low = UInt64(truncatingIfNeeded: magnitude)
        high = UInt64(truncatingIfNeeded: magnitude >> 64) | Self.zeroExponent | (number.isNegative ? Self.sign : 0)
    }

    /// The number as JSON where it is written as a whole one; nil for any other.
    package var integer: JSON? {
        guard high & ~Self.sign & ~Self.upperDigits == Self.zeroExponent else { return nil }
        let magnitude = UInt128(high & Self.upperDigits) << 64 | UInt128(low)
        return JSON.integer((high & Self.sign == 0 ? "" : "-") + String(magnitude))
    }

    private static let maxMagnitude = (0..<34).reduce(UInt128(1)) { power, _ in power * 10 } - 1
    private static let sign: UInt64 = 1 << 63
    private static let upperDigits: UInt64 = 1 << 49 - 1
    /// The exponents begin at 6,176 below zero.
    private static let zeroExponent: UInt64 = 6176 << 49
}

extension Substring.UTF8View {
    fileprivate var text: Substring { Substring(self) }
}
