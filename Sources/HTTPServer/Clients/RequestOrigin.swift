import ExactText

/// Who sent a request, and for which address: of the client, as far as proxies are believed.
struct RequestOrigin: Equatable {
    enum Scheme: String { case http, https }

    /// Nil where the system does not know the peer any more.
    var client: Peer?
    private(set) var scheme: Scheme
    /// The host that the client meant, with the port where it named one; nil where it named none.
    private(set) var host: String?

    init(peer: Peer?, scheme: Scheme, host: String?) {
        (client, self.scheme, self.host) = (peer, scheme, host)
    }

    /// The client as logs have it; `-` where nobody knows it.
    var clientText: String { client?.text ?? "-" }

    /// What `x-forwarded-proto` and `x-forwarded-host` say.
    ///
    /// - Parameter place: That of the client in the list of addresses, from its end. Where each proxy appends to these
    ///   headers too, what belongs to it stands at the same place; else the last word is that of the nearest proxy.
    mutating func take(_ headers: RequestHeaders, place: Int, of count: Int) {
        let word = { (name: String) in
            let words = ForwardingRules.list(headers, name)
            return words.count == count ? words.dropLast(place - 1).last : words.last
        }
        if let scheme = word("x-forwarded-proto") { take(scheme: scheme) }
        if let host = word("x-forwarded-host") { take(host: host) }
    }

    /// What one proxy says in `Forwarded`.
    mutating func take(_ element: ForwardedHeader.Element) {
        if let address = element["for"].flatMap({ ForwardedNode.address($0) }) { client = .address(address) }
        if let scheme = element["proto"] { take(scheme: scheme) }
        if let host = element["host"] { take(host: host) }
    }

    /// A scheme of HTTP or of WebSocket; other words say nothing.
    private mutating func take(scheme: some StringProtocol) {
        switch scheme.lowercased() {
        case "http", "ws": self.scheme = .http
        case "https", "wss": self.scheme = .https
        default: break
        }
    }

    private mutating func take(host: some StringProtocol) {
        guard (1...Self.maxHost).contains(host.utf8.count),
            host.utf8.allSatisfy({ ForwardedHeader.isTokenByte($0) || [0x3A, 0x5B, 0x5D].contains($0) })
        else { return }
        self.host = String(host)
    }

    /// A name of 253 bytes and a port.
    private static let maxHost = 259
}
