/// How a JSON Web Token is signed: the names of RFC 7518.
package enum TokenAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// HMAC with SHA-256.
    case hs256 = "HS256"
    /// HMAC with SHA-384.
    case hs384 = "HS384"
    /// HMAC with SHA-512.
    case hs512 = "HS512"
    /// RSA (PKCS #1 v1.5) with SHA-256.
    case rs256 = "RS256"
    /// RSA (PKCS #1 v1.5) with SHA-384.
    case rs384 = "RS384"
    /// RSA (PKCS #1 v1.5) with SHA-512.
    case rs512 = "RS512"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// ECDSA on P-384 with SHA-384.
    case es384 = "ES384"
    /// ECDSA on P-521 with SHA-512.
    case es512 = "ES512"
    /// RSA (PSS) with SHA-256.
    case ps256 = "PS256"
    /// RSA (PSS) with SHA-384.
    case ps384 = "PS384"
    /// RSA (PSS) with SHA-512.
    case ps512 = "PS512"

    /// The kinds of keys.
    enum Family { case hmac, rsa, pss, curve }

    var family: Family {
        switch self {
        case .hs256, .hs384, .hs512: .hmac
        case .rs256, .rs384, .rs512: .rsa
        case .ps256, .ps384, .ps512: .pss
        case .es256, .es384, .es512: .curve
        }
    }

    /// Whether tokens are checked with the public half of a key pair, rather than with a shared secret.
    package var hasPublicKey: Bool { family != .hmac }
}
