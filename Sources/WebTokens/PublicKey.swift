import COpenSSL
import Cryptography
import System

/// Reads public keys in PEM.
enum PublicKey {
    /// - Returns: A key that the caller frees.
    /// - Throws: ``TokenKeyError`` where it is none, or of another kind or curve than the algorithm's.
    static func read(_ pem: [UInt8], for algorithm: TokenAlgorithm) throws(TokenKeyError) -> OpaquePointer {
        guard let key = PEMText.read(pem, { PEM_read_bio_PUBKEY($0, nil, PEMText.noPassword, nil) }) else {
            throw TokenKeyError(
                "\(algorithm.rawValue) needs a public key in PEM, a text that begins with "
                    + "'-----BEGIN PUBLIC KEY-----', or the path of a file with one")
        }
        guard isFit(key, algorithm) else {
            EVP_PKEY_free(key)
            throw TokenKeyError("the public key is no \(kind(algorithm)) key, which \(algorithm.rawValue) needs")
        }
        return key
    }

    private static func isFit(_ key: OpaquePointer, _ algorithm: TokenAlgorithm) -> Bool {
        let kind = EVP_PKEY_get_base_id(key)
        guard let curve = algorithm.curve else { return kind == EVP_PKEY_RSA }
        guard kind == EVP_PKEY_EC else { return false }
        var name = [CChar](repeating: 0, count: 64)
        guard EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1 else { return false }
        return curve.names.contains(String(cBuffer: name))
    }

    private static func kind(_ algorithm: TokenAlgorithm) -> String {
        algorithm.curve.map { "elliptic curve (\($0.names[0]))" } ?? "RSA"
    }
}

extension TokenAlgorithm {
    /// The curve of ECDSA: its names, the default one first, and the bytes of a coordinate. Nil for other algorithms.
    var curve: (names: [String], bytes: Int)? {
        switch self {
        case .es256: (["P-256", "prime256v1", "secp256r1"], 32)
        case .es384: (["P-384", "secp384r1"], 48)
        case .es512: (["P-521", "secp521r1"], 66)
        default: nil
        }
    }
}

/// ECDSA signatures: tokens have the two numbers side by side, OpenSSL wants them in DER.
enum CurveSignature {
    /// - Returns: Nil where the signature has another length than the curve's.
    static func der(_ signature: [UInt8], of algorithm: TokenAlgorithm) -> [UInt8]? {
        guard let bytes = algorithm.curve?.bytes, signature.count == 2 * bytes else { return nil }
        let body = integer(signature[..<bytes]) + integer(signature[bytes...])
        return [0x30] + length(body.count) + body
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(bytes.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return [0x02] + length(digits.count) + digits
    }

    private static func length(_ count: Int) -> [UInt8] {
        count < 0x80 ? [UInt8(count)] : [0x81, UInt8(count)]
    }
}
