import COpenSSL
import Encodings

/// SHA-1, by which Redis names scripts and its scripts compare long values (`redis.sha1hex`). Not for secrets.
package enum SHA1 {
    /// The digest of some bytes as 40 hexadecimal digits in lower case.
    package static func hexadecimal(_ message: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        EVP_Digest(message, message.count, &digest, &length, EVP_sha1(), nil)
        return Hexadecimal.text(Array(digest.prefix(Int(length))))
    }
}
