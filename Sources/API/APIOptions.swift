package import WebTokens

/// What the HTTP API is told by the command line.
package struct APIOptions: Sendable {
    /// Whether more than `/` and the channels is served. Rasa's `--enable-api`.
    package var isEnabled = false
    /// What clients give as the query's `token`, or after `Authorization: Token`. Rasa's `--auth-token`.
    package var token: String?
    /// Checks the web tokens that clients give after `Authorization: Bearer`. Rasa's `--jwt-secret`. With neither this
    /// nor ``token`` everybody is let in; with both, either will do.
    package var webTokens: TokenVerifier?
    /// The origins whose pages may call; `*` for all; a pattern where one holds `*`, `?`, `\` or `]`. Rasa's `--cors`.
    package var corsOrigins: [String] = []
    /// The version of Parley, for `/` and `/version`.
    package var version: String

    package init(version: String) { self.version = version }
}
