import ExactText

/// A network by its first address and the length of its prefix: `10.0.0.0/8`, `fd00::/8`.
struct IPNetwork: Sendable, Hashable {
    private let first: IPAddress
    private let highMask: UInt64
    private let lowMask: UInt64

    /// - Throws: ``NetworkError``.
    init(_ text: String) throws(NetworkError) {
        let parts = text.exact.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let written = parts.first, let address = IPAddress(written) else {
            throw NetworkError("'\(text)' is not a network; write one such as 10.0.0.0/8, 192.0.2.7, fd00::/8 or unix")
        }
        // What is written as version 6 counts its prefix so, also where it is an address of version 4.
        let isWrittenAsVersion4 = !written.utf8.contains(UInt8(ascii: ":"))
        let maxLength = isWrittenAsVersion4 ? 32 : 128
        guard let length = parts.count == 1 ? maxLength : Self.length(parts[1]), length <= maxLength else {
            throw NetworkError("'\(text)': behind the slash stands the length of the prefix, 0 to \(maxLength)")
        }
        let prefix = isWrittenAsVersion4 ? 96 + length : length
        highMask = Self.mask(prefix)
        lowMask = Self.mask(prefix - 64)
        first = IPAddress(high: address.high & highMask, low: address.low & lowMask)
        guard first == address else {
            throw NetworkError("'\(text)' is an address inside a network; write the network as \(first)/\(length)")
        }
    }

    func contains(_ address: IPAddress) -> Bool {
        // All of version 6 is not all of version 4.
        address.isVersion4 == first.isVersion4 && address.high & highMask == first.high
            && address.low & lowMask == first.low
    }

    private static func length(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        return Int(text)
    }

    /// So many ones, then zeros; `<<` and `>>` take any count.
    private static func mask(_ ones: Int) -> UInt64 { ones <= 0 ? 0 : UInt64.max << max(0, 64 - ones) }
}

/// A network that cannot be understood, and what would be right.
package struct NetworkError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
