import COpenSSL

/// Message authentication codes, by which platforms sign what they send.
enum Signature {
    /// The hash functions that platforms use.
    enum Hash {
        case sha1, sha256

        var function: OpaquePointer? {
            switch self {
            case .sha1: EVP_sha1()
            case .sha256: EVP_sha256()
            }
        }
    }

    /// The HMAC of a message.
    static func hmac(_ hash: Hash, key: String, _ message: [UInt8]) -> [UInt8] {
        let key = Array(key.utf8)
        var code = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        // An empty array may have no address, and without one HMAC takes the key of the call before.
        let keyBytes = key + [0]
        _ = HMAC(hash.function, keyBytes, Int32(key.count), message + [0], message.count, &code, &length)
        return Array(code.prefix(Int(length)))
    }

    /// Whether two texts are the same, found out in a time that does not depend on where they differ.
    static func isEqual(_ one: some StringProtocol, _ other: some StringProtocol) -> Bool {
        let one = Array(one.utf8)
        let other = Array(other.utf8)
        return one.count == other.count && CRYPTO_memcmp(one + [0], other + [0], one.count) == 0
    }
}
