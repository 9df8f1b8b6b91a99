import COpenSSL
import ExactText
import Foundation
import OrderedCollections

/// What a connection to the peer has said of itself: its side of SCRAM-SHA-256 (RFC 7677) for the user `parley` of the
/// database `admin`.
struct MongoPeerSession {
    /// Whether the user has shown the password.
    private(set) var isKnown = false
    private var greeting = ""
    private var challenge = ""

    private static let rounds = 4096
    private static let salt = Array("as long as the hash without 4".utf8.prefix(28))

    mutating func exchange(_ command: BSONDocument, password: String?) throws -> BSONDocument {
        let refused = MongoPeerFailure(code: 18, message: "Authentication failed.")
        guard let password, command["$db"] == "admin", case .binary(let bytes) = command["payload"] else {
            throw refused
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if command["saslStart"] != nil {
            guard command["mechanism"] == "SCRAM-SHA-256", text.hasPrefix("n,,n=parley,r=") else { throw refused }
            greeting = String(text.dropFirst(3))
            let salt = Data(Self.salt).base64EncodedString()
            challenge = "r=\(text.dropFirst("n,,n=parley,r=".count))peer,s=\(salt),i=\(Self.rounds)"
            return Self.respond(challenge, isDone: false)
        }
        if isKnown { return Self.respond("", isDone: true) }
        guard let mark = text.range(of: ",p="), let proof = Data(base64Encoded: String(text[mark.upperBound...])) else {
            throw refused
        }
        var salted = [UInt8](repeating: 0, count: 32)
        PKCS5_PBKDF2_HMAC(
            password, Int32(password.utf8.count), Self.salt, Int32(Self.salt.count), Int32(Self.rounds), EVP_sha256(),
            32,
            &salted)
        let message = "\(greeting),\(challenge),\(text[..<mark.lowerBound])"
        let clientKey = Self.code(salted, "Client Key")
        var storedKey = [UInt8](repeating: 0, count: 32)
        EVP_Digest(clientKey, clientKey.count, &storedKey, nil, EVP_sha256(), nil)
        guard zip(clientKey, Self.code(storedKey, message)).map({ $0 ^ $1 }) == Array(proof) else { throw refused }
        isKnown = true
        let signature = Self.code(Self.code(salted, "Server Key"), message)
        return Self.respond("v=\(Data(signature).base64EncodedString())", isDone: false)
    }

    private static func respond(_ text: String, isDone: Bool) -> BSONDocument {
        ["conversationId": 1, "payload": .binary(Array(text.utf8)), "done": .bool(isDone), "ok": 1.0]
    }

    private static func code(_ key: [UInt8], _ text: String) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        HMAC(EVP_sha256(), key, Int32(key.count), text, text.utf8.count, &code, nil)
        return code
    }
}
