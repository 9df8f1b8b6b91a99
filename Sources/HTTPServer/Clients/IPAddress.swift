import Glibc

/// An address of the Internet Protocol, of version 4 or 6. One of version 4 that is written as one of version 6
/// (`::ffff:192.0.2.1`) is one of version 4.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// The 128 bits of version 6; version 4 is `::ffff:0:0/96`.
    let high: UInt64
    let low: UInt64

    /// The longest text of an address, as `INET6_ADDRSTRLEN` has it.
    private static let maxText = 45
    private static let mappedPrefix: UInt64 = 0xFFFF

    init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// From the bytes as they go over the wire: 4 or 16.
    init?(bytes: some Collection<UInt8>) {
        let number = { (part: any Sequence<UInt8>) in part.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: self.init(high: 0, low: Self.mappedPrefix << 32 | number(bytes))
        case 16: self.init(high: number(bytes.prefix(8)), low: number(bytes.dropFirst(8)))
        default: return nil
        }
    }

    /// From the one form of version 4 (`192.0.2.1`), or any form of version 6 without a zone.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        guard text.utf8.count <= Self.maxText, !text.utf8.contains(0) else { return nil }
        var bytes: [UInt8] = Array(repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(bytes: bytes.prefix(4))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(bytes: bytes)
        } else {
            return nil
        }
    }

    var isVersion4: Bool { high == 0 && low >> 32 == Self.mappedPrefix }

    package var description: String {
        if isVersion4 {
            return [24, 16, 8, 0].map { String(low >> $0 & 0xFF) }.joined(separator: ".")
        }
        var bytes = [high, low].flatMap { part in (0..<8).map { UInt8(truncatingIfNeeded: part >> (56 - 8 * $0)) } }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
