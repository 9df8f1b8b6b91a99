import Encodings
import JSON
import PythonSemantics

/// The registered claims of a token, judged as PyJWT judges them: a token for an audience is for somebody else where
/// none is expected.
struct TokenClaims {
    let payload: JSONObject
    let rules: TokenRules

    /// - Parameter now: Seconds since 1970.
    func check(now: Double) throws(TokenError) {
        for name in rules.times where payload[name] == nil { throw .missingClaim }
        if let issued = try time("iat"), issued > now + rules.leeway { throw .notYetValid }
        if let start = try time("nbf"), start > now + rules.leeway { throw .notYetValid }
        if let end = try time("exp"), end <= now - rules.leeway { throw .expired }
        if let issuer = rules.issuer, payload["iss"] != .string(issuer) { throw .wrongIssuer }
        if let audience = rules.audience {
            let named = payload["aud"] ?? .null
            guard (named.array ?? [named]).contains(.string(audience)) else { throw .wrongAudience }
        } else if let audience = payload["aud"], !Self.isEmpty(audience) {
            throw .wrongAudience
        }
        for name in ["sub", "jti"] {
            if let value = payload[name], value.string == nil { throw .malformedClaim }
        }
    }

    /// A claim as whole seconds, read as Python's `int` does.
    private func time(_ name: String) throws(TokenError) -> Double? {
        guard let claim = payload[name] else { return nil }
        switch claim {
        case .int, .largeInteger: return claim.double
        case .double(let value) where value.isFinite: return value.rounded(.towardZero)
        case .bool(let value): return value ? 1 : 0
        case .string(let text):
            guard let value = PythonNumber.integer(text) else { throw .malformedClaim }
            return value
        default: throw .malformedClaim
        }
    }

    /// Whether Python takes the value for false.
    private static func isEmpty(_ value: JSON) -> Bool {
        switch value {
        case .null, .bool(false), .int(0): true
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }
}
