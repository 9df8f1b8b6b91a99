import Encodings
package import JSON

/// Checks JSON Web Tokens (RFC 7519) that others have signed.
///
/// The algorithm is the one that the server was told, never the one that a token names: `alg` must only say the same.
/// So neither `none` nor a public key taken for a shared secret can get a token through.
package struct TokenVerifier: Sendable {
    /// Longer tokens are refused unread.
    package static let maxToken = 8192

    package let algorithm: TokenAlgorithm
    private let key: VerificationKey

    /// A verifier for one key.
    ///
    /// - Parameter key: The shared secret, or the public key in PEM.
    /// - Throws: ``TokenKeyError`` where the key does not fit the algorithm; also for a key in PEM as shared secret,
    ///   since whoever has the public half could sign then.
    package init(_ algorithm: TokenAlgorithm, key: [UInt8]) throws(TokenKeyError) {
        self.algorithm = algorithm
        self.key = try VerificationKey(algorithm, key)
    }

    /// The payload of a token whose signature and times are right.
    ///
    /// - Parameter now: Seconds since 1970.
    package func payload(
        of token: some Sequence<UInt8>, now: Double, rules: TokenRules = .api
    ) throws(TokenError) -> JSONObject {
        let token = Array(token.prefix(Self.maxToken + 1))
        guard token.count <= Self.maxToken else { throw .malformed }
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed }
        try check(header: try Self.object(parts[0]))
        guard let signature = Base64.decodeURL(parts[2]) else { throw .malformed }
        let payload = try Self.object(parts[1])
        guard key.isSignature(signature, of: token[..<parts[1].endIndex]) else { throw .wrongSignature }
        try TokenClaims(payload: payload, rules: rules).check(now: now)
        return payload
    }

    /// The `kid` of a token that nobody has checked yet: it says which key to check the token with.
    package static func keyID(of token: some Sequence<UInt8>) -> String? {
        let head = Array(token.prefix(Self.maxToken).prefix { $0 != UInt8(ascii: ".") })
        return (try? object(head[...]))?["kid"]?.string
    }

    /// The one extension that is understood (RFC 7797) is taken where it changes nothing.
    private func check(header: JSONObject) throws(TokenError) {
        guard header["b64"] != .bool(false), header["crit"].map({ $0 == ["b64"] && header["b64"] != nil }) ?? true,
            header["kid"].map({ $0.string != nil }) ?? true
        else { throw .unknownExtension }
        guard header["alg"]?.string == algorithm.rawValue else { throw .wrongAlgorithm }
    }

    private static func object(_ part: ArraySlice<UInt8>) throws(TokenError) -> JSONObject {
        guard let text = Base64.decodeURL(part), let object = (try? JSON(parsing: text))?.object else {
            throw .malformed
        }
        return object
    }
}
