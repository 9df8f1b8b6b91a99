/// Why a token is not accepted. For logs and tests; clients learn only that they are not authenticated.
public enum TokenError: Error, Sendable, Hashable {
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
    /// It is meant for somebody (`aud`); no audience is configured.
    case wrongAudience
    /// `exp`, `nbf`, `iat`, `sub` or `jti` hold what they cannot hold.
    case malformedClaim
}
