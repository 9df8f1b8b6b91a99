import COpenSSL

/// A key pair of RSA with which tests sign tokens as a platform does.
package final class SigningKey: @unchecked Sendable {
    // @unchecked: nothing is changed after init.

    private let key: OpaquePointer

    /// Makes a new pair.
    package init() {
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        EVP_PKEY_keygen_init(context)
        EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048)
        EVP_PKEY_keygen(context, &made)
        guard let made else { preconditionFailure("OpenSSL makes no key") }
        key = made
    }

    deinit { EVP_PKEY_free(key) }

    /// A token signed by RS256.
    package func token(_ payload: String, keyID: String? = nil) -> String {
        let name = keyID.map { #","kid":"\#($0)""# } ?? ""
        let text = TokenMaker.part(#"{"alg":"RS256"\#(name)}"#) + "." + TokenMaker.part(payload)
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 256)
        var count = signature.count
        EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key)
        EVP_DigestSign(context, &signature, &count, text, text.utf8.count)
        return "\(text).\(TokenMaker.base64(signature))"
    }

    /// The public half as a JSON Web Key.
    package func jsonWebKey(id: String) -> String {
        #"{"kty":"RSA","use":"sig","kid":"\#(id)","n":"\#(number("n"))","e":"\#(number("e"))"}"#
    }

    /// The public half in PEM.
    package var publicPEM: String { pem { PEM_write_bio_PUBKEY($0, key) } }

    /// A certificate about the public half, signed with the other.
    package var certificate: String {
        let certificate = X509_new()
        defer { X509_free(certificate) }
        X509_gmtime_adj(X509_getm_notBefore(certificate), 0)
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600)
        X509_set_pubkey(certificate, key)
        X509_sign(certificate, key, EVP_sha256())
        return pem { PEM_write_bio_X509($0, certificate) }
    }

    private func number(_ name: String) -> String {
        var number: OpaquePointer?
        EVP_PKEY_get_bn_param(key, name, &number)
        defer { BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(number) + 7) / 8)
        BN_bn2bin(number, &bytes)
        return TokenMaker.base64(bytes)
    }

    private func pem(_ write: (OpaquePointer?) -> Int32) -> String {
        let target = BIO_new(BIO_s_mem())
        defer { BIO_free(target) }
        _ = write(target)
        var text = [UInt8](repeating: 0, count: 8192)
        let count = BIO_read(target, &text, Int32(text.count))
        return String(decoding: text.prefix(Int(max(0, count))), as: UTF8.self)
    }
}
