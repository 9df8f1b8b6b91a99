/// Why a token is not accepted. For logs and tests; clients learn only that they are not authenticated.
package enum TokenError: Error, Sendable, Hashable {
    /// Not three parts of base64url with JSON objects in the first two, or longer than any token needs to be.
    case malformed
    /// Signed in another way than the server was told to expect, or not at all.
    case wrongAlgorithm
    /// Asks for extensions that are not understood.
    case unknownExtension
    /// The signature does not belong to the text, or was made with another key.
    case wrongSignature
    /// Its time (`exp`) is over.
    case expired
    /// Its time (`nbf`, `iat`) has not come.
    case notYetValid
    /// It is meant for somebody else (`aud`), or for somebody where nobody in particular is expected.
    case wrongAudience
    /// Somebody else issued it (`iss`).
    case wrongIssuer
    /// It does not say when it was issued or when it ends, where it must.
    case missingClaim
    /// `exp`, `nbf`, `iat`, `sub` or `jti` hold what they cannot hold.
    case malformedClaim
}
