/// What the HTTP API is told by the command line.
public struct APIOptions: Sendable {
    /// Whether more than `/` and the channels is served. Rasa's `--enable-api`.
    public var isEnabled = false
    /// What clients must give as the query's `token`; nil lets everybody in. Rasa's `--auth-token`.
    public var token: String?
    /// The origins whose pages may call; `*` for all; a pattern where one holds `*`, `?`, `\` or `]`. Rasa's `--cors`.
    public var corsOrigins: [String] = []
    /// The version of Parley, for `/` and `/version`.
    public var version: String

    /// The defaults.
    public init(version: String) {
        self.version = version
    }
}
