import AsyncHTTPClient
import Encodings

/// A server that passes requests on: `http://[name:password@]host[:port]`.
package struct WebProxy: Sendable {
    /// The proxy as the client of HTTP takes it.
    let setting: HTTPClient.Configuration.Proxy

    /// Reads an address; nil where it is no proxy's.
    package init?(_ address: String) {
        let pattern =
            #/http://(?:(?<name>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<host>\[[^\]/]+\]|[^:@/\[\]]+)(?::(?<port>[0-9]+))?/?/#
        guard let parts = address.wholeMatch(of: pattern)?.output, let port = Int(parts.port ?? "80"),
            (1...65535).contains(port)
        else { return nil }
        let host = String(parts.host.trimmingPrefix("[").prefix { $0 != "]" })
        func plain(_ text: Substring?) -> String { Percent.decode(part: Array((text ?? "").utf8)[...]) }
        setting =
            parts.name == nil
            ? .server(host: host, port: port)
            : .server(
                host: host, port: port,
                authorization: .basic(username: plain(parts.name), password: plain(parts.password ?? "")))
    }
}
