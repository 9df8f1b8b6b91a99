import COpenSSL

/// Signs web tokens for tests, by OpenSSL and not by what is tested.
package enum TokenMaker {
    /// A token signed by HMAC with SHA-256.
    ///
    /// - Parameter keyID: What the token says of its key.
    package static func hs256(_ payload: String, secret: String, keyID: String? = nil) -> String {
        let name = keyID.map { #","kid":"\#($0)""# } ?? ""
        let text = part(#"{"alg":"HS256"\#(name)}"#) + "." + part(payload)
        var code = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        HMAC(EVP_sha256(), secret, Int32(secret.utf8.count), text, text.utf8.count, &code, &count)
        return "\(text).\(base64(code))"
    }

    /// A token that is not signed.
    package static func unsigned(_ payload: String, keyID: String) -> String {
        part(#"{"alg":"none","kid":"\#(keyID)"}"#) + "." + part(payload) + "."
    }

    static func part(_ text: String) -> String { base64(Array(text.utf8)) }

    static func base64(_ bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: bytes.count * 2 + 4)
        let count = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text[..<Int(count)], as: UTF8.self)
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
