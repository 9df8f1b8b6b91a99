public import ExactText
public import OrderedCollections

/// A server that is called over HTTP, such as the action server (Rasa's `EndpointConfig`).
public struct HTTPEndpoint: Sendable, Hashable {
    /// Name and password for basic authentication.
    public struct BasicAuthentication: Sendable, Hashable {
        /// The user's name.
        public let username: String
        /// The user's password.
        public let password: Secret
    }

    /// The address, beginning with `http://` or `https://`.
    public let url: String
    /// Query items that every request gets.
    public let parameters: OrderedDictionary<ExactString, String>
    /// Headers that every request gets.
    public let headers: OrderedDictionary<ExactString, String>
    /// Who Parley says it is; nil for nobody.
    public let basicAuthentication: BasicAuthentication?
    /// A token that is sent as a query item; nil for none.
    public let token: Secret?
    /// The name of the token's query item.
    public let tokenName: String
    /// A file with the certificates to trust; nil for those of the system.
    public let certificateFile: String?
    /// Where the settings stand.
    public let place: SourcePlace

    /// How long one request may take, to the last byte of the answer; of a model server, how long it may send nothing.
    /// Nil for the usual time. A key of Parley's own (`timeout`).
    public let timeout: Duration?
    /// Whether requests carry the domain only for actions that ask for it (`enable_selective_domain`).
    public let isDomainSelective: Bool

    private static let keys = [
        "url", "params", "headers", "basic_auth", "token", "token_name", "cafile", "timeout", "enable_selective_domain",
        "type", "store_type",
    ]

    /// Reads the settings of one server.
    ///
    /// - Parameters:
    ///   - name: What messages call the group of keys.
    ///   - more: Further keys that the group may have.
    /// - Throws: ``SettingsError`` for unknown keys and values that cannot be.
    public init(_ node: YAMLNode, name: String, more: [String] = []) throws(SettingsError) {
        let section = try Section(node, name: name, known: HTTPEndpoint.keys + more)
        timeout = try section.seconds("timeout")
        isDomainSelective = try section.flag("enable_selective_domain") ?? false
        place = section.place
        guard let url = try section.text("url"), let scheme = url.prefixMatch(of: /https?:\/\//.ignoresCase()) else {
            throw SettingsError(
                .badValue, at: section.place(of: "url"),
                "'\(name)' needs a 'url' that begins with http:// or https://")
        }
        self.url = scheme.output.lowercased() + url[scheme.range.upperBound...]
        parameters = try section.texts("params")
        headers = try section.texts("headers")
        token = try section.text("token").map { Secret($0) }
        tokenName = try section.text("token_name") ?? "token"
        certificateFile = try section.text("cafile")
        basicAuthentication = try section.node("basic_auth").flatMap {
            (node) throws(SettingsError) -> BasicAuthentication? in
            if node.mapping?.isEmpty == true { return nil }
            let basic = try Section(node, name: "\(name): basic_auth", known: ["username", "password"])
            guard let username = try basic.text("username"), let password = try basic.text("password") else {
                throw SettingsError(
                    .badValue, at: node.place, "'basic_auth' in '\(name)' needs 'username' and 'password'")
            }
            return BasicAuthentication(username: username, password: Secret(password))
        }
    }
}
