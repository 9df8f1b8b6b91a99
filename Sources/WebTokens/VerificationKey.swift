import COpenSSL
import Cryptography
import ExactText

/// A key ready to check signatures, over OpenSSL's libcrypto.
final class VerificationKey: @unchecked Sendable {
    // @unchecked: nothing is changed after init; OpenSSL counts references to keys atomically.

    private let algorithm: TokenAlgorithm
    private let secret: [UInt8]
    /// Nil for a shared secret.
    private let publicKey: OpaquePointer?

    init(_ algorithm: TokenAlgorithm, _ key: [UInt8]) throws(TokenKeyError) {
        self.algorithm = algorithm
        if algorithm.family == .hmac {
            guard !key.isEmpty else { throw TokenKeyError("the shared secret is empty") }
            guard !Self.isPublicKey(key) else {
                throw TokenKeyError(
                    "the shared secret of \(algorithm.rawValue) is a key in PEM or SSH format, whose public half others "
                        + "may know; give a secret, or the method of the key (RS256, ES256, PS256…)")
            }
            secret = key
            publicKey = nil
        } else {
            secret = []
            let read = try PublicKey.read(key, for: algorithm)
            publicKey = read
        }
    }

    deinit {
        EVP_PKEY_free(publicKey)
    }

    /// Whether the signature was made over this text with the key. Shared secrets are compared in constant time.
    func isSignature(_ signature: [UInt8], of text: ArraySlice<UInt8>) -> Bool {
        publicKey.map { verifies(signature, of: text, with: $0) } ?? isMAC(signature, of: text)
    }

    private var digest: Digest {
        switch algorithm {
        case .hs256, .rs256, .es256, .ps256: .sha256
        case .hs384, .rs384, .es384, .ps384: .sha384
        case .hs512, .rs512, .es512, .ps512: .sha512
        }
    }

    private func isMAC(_ signature: [UInt8], of text: ArraySlice<UInt8>) -> Bool {
        ConstantTime.isEqual(digest.code(of: Array(text), key: secret), signature)
    }

    private func verifies(_ signature: [UInt8], of text: ArraySlice<UInt8>, with key: OpaquePointer) -> Bool {
        guard let signature = algorithm.family == .curve ? CurveSignature.der(signature, of: algorithm) : signature,
            let context = EVP_MD_CTX_new()
        else { return false }
        defer {
            EVP_MD_CTX_free(context)
            // What went wrong stays in a queue of the thread's, which must not grow.
            ERR_clear_error()
        }
        var details: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &details, digest.function, nil, key) == 1 else { return false }
        if algorithm.family == .pss {
            guard EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST) == 1
            else { return false }
        }
        return text.withUnsafeBufferPointer { text in
            EVP_DigestVerify(context, signature, signature.count, text.baseAddress, text.count) == 1
        }
    }

    private static func isPublicKey(_ key: [UInt8]) -> Bool {
        let text = String(decoding: key, as: UTF8.self)
        return text.exact.contains(text: "-----BEGIN ") || text.exact.hasPrefix("ssh-")
            || text.exact.hasPrefix("ecdsa-sha2-")
    }
}
