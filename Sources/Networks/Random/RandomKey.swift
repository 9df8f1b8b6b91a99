/// Random numbers that are not drawn one after another but computed: from a key and the number of the element.
///
/// So a backward pass finds the dropout of its forward pass again without a stored mask, and the order in which threads
/// come does not matter. The function is the one of SplitMix64: the k-th output of a generator that was seeded with the
/// key.
package struct RandomKey: Sendable, Hashable {
    package let bits: UInt64

    package init(_ bits: UInt64) { self.bits = bits }

    /// A key of its own for a purpose, and within it for up to two numbers, such as a step and a chunk.
    package func key(_ purpose: RandomPurpose, _ first: Int = 0, _ second: Int = 0) -> RandomKey {
        let inner = RandomKey(Self.mix(bits ^ (purpose.rawValue &* 0xA076_1D64_78BD_642F)))
        return RandomKey(
            Self.mix(Self.mix(inner[UInt64(truncatingIfNeeded: first)]) ^ UInt64(truncatingIfNeeded: second)))
    }

    /// The number of an element, all 64 bits of it at random.
    @inline(__always)
    package subscript(element: UInt64) -> UInt64 {
        Self.mix(bits &+ (element &+ 1) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// The number of an element as a share: from 0 to below 1.
    @inline(__always)
    package func share(_ element: Int) -> Float {
        Float(self[UInt64(truncatingIfNeeded: element)] >> 40) * 0x1p-24
    }

    @inline(__always)
    private static func mix(_ number: UInt64) -> UInt64 {
        var number = number
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }
}

/// What random numbers are for. Each has a key of its own, so that one more draw here changes nothing there.
package enum RandomPurpose: UInt64, Sendable {
    case initialValues = 1
    case connections
    case batches
    case heldBack
    case step
    case dropout
    case negativeLabels
    case negativeInputs
    case hiddenWords
    case addedFeatures
}
