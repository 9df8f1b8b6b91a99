import Cryptography
import Encodings
import ExactText
import OrderedCollections

extension HTTPEndpoint {
    /// A request for what is at the endpoint's address, with its query items, token, headers and credentials.
    ///
    /// - Parameters:
    ///   - more: Headers for this request.
    ///   - timeout: How long it may take as a whole.
    ///   - callee: Who is called, for messages.
    package func get(
        headers more: [(name: String, value: String)] = [], timeout: Duration, callee: String
    ) -> OutboundHTTPClient.Call {
        OutboundHTTPClient.Call(
            "GET", address(path: ""), headers: headers(besides: [("Accept", "*/*")]) + more, timeout: timeout,
            callee: callee)
    }

    /// The usual headers of a request, and those that the endpoint asks for: its credentials and its own headers, which
    /// replace others of the same name.
    func headers(besides standard: [(name: String, value: String)]) -> [(name: String, value: String)] {
        var all = standard
        if let basic = basicAuthentication {
            let credentials = Base64.encode(Array("\(basic.username):\(basic.password.revealed)".utf8))
            all.append(("Authorization", "Basic \(credentials)"))
        }
        all.removeAll { standard in
            headers.keys.contains { $0.string.lowercased().exact == standard.name.lowercased().exact }
        }
        return all + headers.map { ($0.key.string, $0.value) }
    }

    /// The address of a request, with the endpoint's own query items and token.
    func address(path: String) -> String {
        let parts = url.exact.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var address = String(parts[0])
        if !path.isEmpty { address += (address.exact.hasSuffix("/") ? "" : "/") + path }
        var items = parts.count > 1 ? [String(parts[1])] : []
        var parameters = parameters
        if let token { parameters[tokenName] = token.revealed }
        items += parameters.map { "\(Percent.encode($0.string))=\(Percent.encode($1))" }
        return items.isEmpty ? address : "\(address)?\(items.joined(separator: "&"))"
    }
}
