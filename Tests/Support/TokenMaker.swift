import COpenSSL

/// Signs web tokens for tests, by OpenSSL and not by what is tested.
public enum TokenMaker {
    /// A token signed by HMAC with SHA-256.
    public static func hs256(_ payload: String, secret: String) -> String {
        let text = "\(base64(Array(#"{"alg":"HS256"}"#.utf8))).\(base64(Array(payload.utf8)))"
        var code = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        HMAC(EVP_sha256(), secret, Int32(secret.utf8.count), text, text.utf8.count, &code, &count)
        return "\(text).\(base64(code))"
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: bytes.count * 2 + 4)
        let count = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text[..<Int(count)], as: UTF8.self)
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
