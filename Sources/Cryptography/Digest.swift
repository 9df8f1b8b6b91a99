import COpenSSL

/// The hash functions of OpenSSL that protocols ask for.
package enum Digest: Sendable, Hashable {
    /// For names and old signatures; not where a collision would do harm.
    case md5, sha1
    case sha256, sha384, sha512

    package var function: OpaquePointer? {
        switch self {
        case .md5: EVP_md5()
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }

    package func of(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { digest, count in
            var length: UInt32 = 0
            EVP_Digest(bytes, bytes.count, digest.baseAddress, &length, function, nil)
            count = Int(length)
        }
    }

    /// The code of a message under a key (HMAC, RFC 2104). Where it cannot be computed these are random bytes, so that
    /// nothing that was sent equals them.
    package func code(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { code, count in
            var length: UInt32 = 0
            // An empty array may have no address, and without one HMAC takes the key of the call before.
            let isEmpty = key.isEmpty
            let made = (isEmpty ? [0] : key).withUnsafeBytes { bytes in
                HMAC(
                    function, bytes.baseAddress, isEmpty ? 0 : Int32(bytes.count), message, message.count,
                    code.baseAddress, &length)
            }
            if made == nil {
                length = UInt32(code.count)
                for place in code.indices { code[place] = .random(in: 0...UInt8.max) }
            }
            count = Int(length)
        }
    }
}
