/// How a JSON Web Token is signed: the names of RFC 7518.
package enum TokenAlgorithm: String, Sendable, Hashable, CaseIterable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    /// RSA (PKCS #1 v1.5) with SHA-256.
    case rs256 = "RS256"
    /// RSA (PKCS #1 v1.5) with SHA-384.
    case rs384 = "RS384"
    /// RSA (PKCS #1 v1.5) with SHA-512.
    case rs512 = "RS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"

    enum Family { case hmac, rsa, pss, curve }

    var family: Family {
        switch self {
        case .hs256, .hs384, .hs512: .hmac
        case .rs256, .rs384, .rs512: .rsa
        case .ps256, .ps384, .ps512: .pss
        case .es256, .es384, .es512: .curve
        }
    }
}
