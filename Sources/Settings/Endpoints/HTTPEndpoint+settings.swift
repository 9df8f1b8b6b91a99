import Cryptography
import OrderedCollections
package import WebClient
package import YAML

extension HTTPEndpoint {
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
        guard let url = try section.text("url"), let scheme = url.prefixMatch(of: /https?:\/\//.ignoresCase()) else {
            throw SourceError(
                .noAddress, at: section.place(of: "url"),
                "'\(name)' needs a 'url' that begins with http:// or https://")
        }
        self.init(
            url: scheme.output.lowercased() + url[scheme.range.upperBound...], parameters: try section.texts("params"),
            headers: try section.texts("headers"),
            basicAuthentication: try Self.basicAuthentication(section, &warnings),
            token: try section.text("token").map { Secret($0) }, tokenName: try section.text("token_name") ?? "token",
            certificateFile: try section.text("cafile"), place: "\(section.place)",
            timeout: try section.seconds("timeout"),
            isDomainSelective: try section.flag("enable_selective_domain") ?? false)
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
