/// What a token must say to be accepted, beside being signed with the right key.
package struct TokenRules: Sendable, Hashable {
    /// Whom the token must be for (`aud`); nil where it must be for nobody in particular.
    package var audience: String?
    /// Who must have issued it (`iss`); nil where that does not matter.
    package var issuer: String?
    /// The times that it must name, of `exp`, `nbf` and `iat`; those that it names anyway count, too.
    package var times: [String]
    /// How far clocks may differ, in seconds.
    package var leeway: Double

    package init(audience: String? = nil, issuer: String? = nil, times: [String] = [], leeway: Double = 0) {
        self.audience = audience
        self.issuer = issuer
        self.times = times
        self.leeway = leeway
    }

    /// Those of sanic-jwt, by which Rasa's HTTP API goes; its leeway is the default, which Rasa does not change.
    package static let api = TokenRules(leeway: 180)
}
