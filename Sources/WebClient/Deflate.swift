import CZlib

/// The compression that HTTP calls `deflate`: zlib's own format.
enum Deflate {
    /// The bytes compressed; never fails, as the room is what zlib says it needs at most.
    static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        var length = compressBound(UInt(bytes.count))
        return [UInt8](unsafeUninitializedCapacity: Int(length)) { room, count in
            let status = compress(room.baseAddress, &length, bytes, UInt(bytes.count))
            count = status == Z_OK ? Int(length) : 0
        }
    }
}
