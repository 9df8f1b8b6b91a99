import COpenSSL

/// Signatures by RSA with SHA-256, as service accounts of Google make them.
package enum RSASignature {
    /// Nil where the key is no private key in PEM.
    package static func sign(_ message: [UInt8], key pem: String) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard let key = PEMText.read(Array(pem.utf8), { PEM_read_bio_PrivateKey($0, nil, PEMText.noPassword, nil) })
        else { return nil }
        defer { EVP_PKEY_free(key) }
        guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA, let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        var count = 0
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, nil, &count, message, message.count) == 1
        else { return nil }
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { return nil }
        return Array(signature.prefix(count))
    }
}
