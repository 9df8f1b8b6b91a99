package import ExactText
package import OrderedCollections
package import YAML

/// A server that is called over HTTP, such as the action server (Rasa's `EndpointConfig`).
package struct HTTPEndpoint: Sendable, Hashable {
    /// Name and password for basic authentication.
    package struct BasicAuthentication: Sendable, Hashable {
        /// The user's name.
        package let username: String
        /// The user's password.
        package let password: Secret
    }

    /// The address, beginning with `http://` or `https://`.
    package let url: String
    /// Query items that every request gets.
    package let parameters: OrderedDictionary<ExactString, String>
    /// Headers that every request gets.
    package let headers: OrderedDictionary<ExactString, String>
    /// Who Parley says it is; nil for nobody.
    package let basicAuthentication: BasicAuthentication?
    /// A token that is sent as a query item; nil for none.
    package let token: Secret?
    /// The name of the token's query item.
    package let tokenName: String
    /// A file with the certificates to trust; nil for those of the system.
    package let certificateFile: String?
    /// Where the settings stand.
    package let place: SourcePlace

    /// How long one request may take, to the last byte of the answer; of a model server, how long it may send nothing.
    /// Nil for the usual time. A key of Parley's own (`timeout`).
    package let timeout: Duration?
    /// Whether requests carry the domain only for actions that ask for it (`enable_selective_domain`).
    package let isDomainSelective: Bool

    /// The keys that a group may have.
    package static let keys = [
        "url", "params", "headers", "basic_auth", "token", "token_name", "cafile", "timeout", "enable_selective_domain",
        "type", "store_type",
    ]

    /// Reads the settings of one server.
    ///
    /// - Parameters:
    ///   - name: What messages call the group of keys.
    ///   - more: Further keys that the group may have.
    ///   - warnings: Gets one for each key that is passed over.
    /// - Throws: ``SourceError`` for values that cannot be; with `.noAddress` for an address that cannot be called.
    package init(
        _ node: YAMLNode, name: String, more: [String] = [], _ warnings: inout [SettingsWarning]
    ) throws(SourceError) {
        let section = try Section(node, name: name, known: HTTPEndpoint.keys + more, &warnings)
        timeout = try section.seconds("timeout")
        isDomainSelective = try section.flag("enable_selective_domain") ?? false
        place = section.place
        guard let url = try section.text("url"), let scheme = url.prefixMatch(of: /https?:\/\//.ignoresCase()) else {
            throw SourceError(
                .noAddress, at: section.place(of: "url"),
                "'\(name)' needs a 'url' that begins with http:// or https://")
        }
        self.url = scheme.output.lowercased() + url[scheme.range.upperBound...]
        parameters = try section.texts("params")
        headers = try section.texts("headers")
        token = try section.text("token").map { Secret($0) }
        tokenName = try section.text("token_name") ?? "token"
        certificateFile = try section.text("cafile")
        basicAuthentication = try Self.basicAuthentication(section, &warnings)
    }

    private static func basicAuthentication(
        _ section: Section, _ warnings: inout [SettingsWarning]
    ) throws(SourceError) -> BasicAuthentication? {
        guard let node = section.node("basic_auth"), node.mapping?.isEmpty != true else { return nil }
        let basic = try Section(
            node, name: "\(section.name): basic_auth", known: ["username", "password"], &warnings)
        guard let username = try basic.text("username"), let password = try basic.text("password") else {
            throw SourceError(
                .badValue, at: node.place, "'basic_auth' in '\(section.name)' needs 'username' and 'password'")
        }
        return BasicAuthentication(username: username, password: Secret(password))
    }
}
