/// The hash FNV-1a of 64 bits: the same everywhere and forever, and no secret.
@frozen
public struct FNV1a: Sendable {
    /// The hash of the bytes so far, so that the prefixes of a text cost one pass.
    @inlinable public var value: UInt64 { state }
    @usableFromInline var state: UInt64

    @inlinable
    public init() { state = 0xCBF2_9CE4_8422_2325 }

    @inlinable
    public init(_ bytes: some Sequence<UInt8>) {
        self.init()
        for byte in bytes { add(byte) }
    }

    @inlinable
    @inline(__always)
    public mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
}
