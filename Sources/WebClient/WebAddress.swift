import ExactText

/// The address of a server, `scheme://host:port/path`, without a slash at its end.
package struct WebAddress: Sendable, Hashable {
    package let text: String

    /// An address; of slashes at its end one is left out.
    package init(_ text: String) {
        self.text = text.exact.removingSuffix("/").map(String.init) ?? text
    }

    private var parts: [Substring] { text.exact.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false) }

    /// Scheme, host and port.
    package var origin: String { parts.prefix(3).joined(separator: "/") }

    /// What follows the host, with the slash that it begins with; empty for nothing.
    package var path: String { parts.count > 3 ? "/\(parts[3])" : "" }

    /// The host as the `Host` header has it: with the port where it is not the scheme's usual one.
    package var host: String {
        let host = parts.count > 2 ? String(parts[2]) : ""
        let defaultPort = text.exact.hasPrefix("https:") ? ":443" : ":80"
        return host.exact.removingSuffix(defaultPort).map(String.init) ?? host
    }
}
