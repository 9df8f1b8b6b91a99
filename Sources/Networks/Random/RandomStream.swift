/// The numbers of a key one after another, for whatever shuffles and draws.
package struct RandomStream: RandomNumberGenerator, Sendable {
    private let key: RandomKey
    private var drawn: UInt64 = 0

    package init(_ key: RandomKey) { self.key = key }

    package mutating func next() -> UInt64 {
        defer { drawn &+= 1 }
        return key[drawn]
    }

    /// From 0 to below `bound`.
    package mutating func index(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// From 0 to below 1.
    package mutating func share() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// From a normal distribution of mean 0 and deviation 1 (Box and Muller).
    package mutating func normal() -> Float {
        let radius = (-2 * logarithm(Double(next() >> 11) * 0x1p-53 + 0x1p-54)).squareRoot()
        return Float(radius * cosine(2 * Double.pi * Double(next() >> 11) * 0x1p-53))
    }
}
