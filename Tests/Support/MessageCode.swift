import COpenSSL

/// Message authentication codes for tests, by OpenSSL and not by what is tested.
package enum MessageCode {
    /// The HMAC of a text with SHA-256, in hexadecimal digits.
    package static func sha256(_ text: String, key: String) -> String {
        var code = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        HMAC(EVP_sha256(), key, Int32(key.utf8.count), text, text.utf8.count, &code, &count)
        return code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
