import COpenSSL
import Cryptography
import Encodings
package import JSON

/// Public keys in the forms in which platforms publish them, as PEM.
package enum PublishedKey {
    /// The algorithm's identifier and its missing parameters, in DER.
    private static let rsa: [UInt8] = [
        0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
    ]

    /// The key of RSA that a JSON Web Key (RFC 7517) describes; nil where it describes none.
    package static func pem(jsonWebKey key: JSON) -> [UInt8]? {
        guard key["kty"]?.string == "RSA", let modulus = number(key["n"]), let exponent = number(key["e"]) else {
            return nil
        }
        let numbers = element(0x30, integer(modulus) + integer(exponent))
        let der = element(0x30, rsa + element(0x03, [0] + numbers))
        return Array("-----BEGIN PUBLIC KEY-----\n\(Base64.encode(der))\n-----END PUBLIC KEY-----\n".utf8)
    }

    /// The key that a certificate (X.509, in PEM) is about; nil where there is no certificate.
    ///
    /// Nobody vouches for the certificate but the place that it was fetched from.
    package static func pem(certificate: [UInt8]) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard let read = PEMText.read(certificate, { PEM_read_bio_X509($0, nil, PEMText.noPassword, nil) }) else {
            return nil
        }
        defer { X509_free(read) }
        guard let key = X509_get_pubkey(read), let target = BIO_new(BIO_s_mem()) else { return nil }
        defer {
            EVP_PKEY_free(key)
            BIO_free(target)
        }
        guard PEM_write_bio_PUBKEY(target, key) == 1 else { return nil }
        var pem = [UInt8](repeating: 0, count: 16_384)
        let count = BIO_read(target, &pem, Int32(pem.count))
        return count > 0 ? Array(pem.prefix(Int(count))) : nil
    }

    private static func number(_ text: JSON?) -> [UInt8]? {
        // A key of 16,384 bits, the longest that OpenSSL takes.
        guard let text = text?.string, 1...4096 ~= text.utf8.count else { return nil }
        return Base64.decodeURL(Array(text.utf8)[...])
    }

    private static func integer(_ bytes: [UInt8]) -> [UInt8] {
        var digits = Array(bytes.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return element(0x02, digits)
    }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        switch count {
        case ..<0x80: return [tag, UInt8(count)] + content
        case ..<0x100: return [tag, 0x81, UInt8(count)] + content
        default: return [tag, 0x82, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)] + content
        }
    }
}
