import COpenSSL

/// A digest of bytes that come in pieces.
package final class RunningDigest {
    private let digest: Digest
    private let context: OpaquePointer

    /// A digest of nothing yet; nil where there is no memory for it.
    package init?(_ digest: Digest) {
        guard let context = EVP_MD_CTX_new() else { return nil }
        self.digest = digest
        self.context = context
        restart()
    }

    deinit { EVP_MD_CTX_free(context) }

    package func restart() { EVP_DigestInit_ex(context, digest.function, nil) }

    package func add(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

    /// The digest of all that came; nothing may come afterwards.
    package func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { room, count in
            var length: UInt32 = 0
            EVP_DigestFinal_ex(context, room.baseAddress, &length)
            count = Int(length)
        }
    }
}
