package import Cryptography
import ExactText

/// Which words of proxies on their clients are believed.
package struct ForwardingRules: Sendable {
    package enum Trust: Sendable {
        case nobody
        /// Peers in these networks. The client is the last address of the list that is in none of them.
        case proxies(TrustedProxies)
        /// Every peer, as Sanic does. The client is the address at this place of the list from its end; nil for none
        /// of the list.
        case everyone(place: Int?)
    }

    /// Where proxies write the addresses through which a request came. Only one is believed: a proxy that writes the one
    /// passes on the other as a client made it up.
    package enum Listing: Sendable, Equatable {
        /// A header of addresses between commas, such as `x-forwarded-for`; scheme and host come from
        /// `x-forwarded-proto` and `x-forwarded-host`.
        case addresses(header: String)
        /// `Forwarded`, RFC 7239.
        case forwarded
    }

    package var trust = Trust.nobody
    package var listing = Listing.addresses(header: "x-forwarded-for")
    /// A header with the client's address alone, which goes before the list; Sanic's `REAL_IP_HEADER`.
    package var addressHeader: String?
    /// The word by which an element of `Forwarded` shows that one's own proxy wrote it, whoever the peer is; Sanic's
    /// `FORWARDED_SECRET`.
    package var secret: Secret?

    package init() {}

    /// Who sent a request.
    ///
    /// - Parameter peer: The other end of its connection.
    func origin(_ peer: Peer?, _ headers: RequestHeaders, isEncrypted: Bool) -> RequestOrigin {
        var origin = RequestOrigin(peer: peer, scheme: isEncrypted ? .https : .http, host: headers["host"])
        if let element = secretElement(headers) {
            origin.take(element)
            return origin
        }
        switch trust {
        case .nobody: break
        case .proxies(let proxies):
            guard let peer, proxies.contains(peer) else { return origin }
            if takeAddressHeader(headers, &origin) { return origin }
            switch listing {
            case .addresses(let header): takeList(headers, header, among: proxies, &origin)
            case .forwarded: takeElements(headers, among: proxies, &origin)
            }
        case .everyone(let place):
            if takeAddressHeader(headers, &origin) { return origin }
            guard let place, case .addresses(let header) = listing else { return origin }
            let list = Self.list(headers, header)
            guard place >= 1, place <= list.count, let address = ForwardedNode.address(list[list.count - place]) else {
                return origin
            }
            origin.client = .address(address)
            origin.take(headers, place: place, of: list.count)
        }
        return origin
    }

    private func secretElement(_ headers: RequestHeaders) -> ForwardedHeader.Element? {
        guard let secret else { return nil }
        return ForwardedHeader(headers.all("forwarded")).first { element in
            ["secret", "by"].contains { ConstantTime.isEqual(element[$0] ?? "", secret.revealed) }
        }
    }

    private func takeAddressHeader(_ headers: RequestHeaders, _ origin: inout RequestOrigin) -> Bool {
        guard let addressHeader, let value = headers[addressHeader],
            let address = ForwardedNode.address(value.exact.trimming { $0 == " " })
        else { return false }
        origin.client = .address(address)
        origin.take(headers, place: 1, of: 1)
        return true
    }

    private func takeList(
        _ headers: RequestHeaders, _ header: String, among proxies: TrustedProxies, _ origin: inout RequestOrigin
    ) {
        let list = Self.list(headers, header)
        for (place, node) in list.reversed().enumerated() {
            // Behind what is no address nobody is known any more.
            guard let address = ForwardedNode.address(node) else { break }
            origin.client = .address(address)
            origin.take(headers, place: place + 1, of: list.count)
            if !proxies.contains(address) { return }
        }
        if list.isEmpty { origin.take(headers, place: 1, of: 1) }
    }

    private func takeElements(
        _ headers: RequestHeaders, among proxies: TrustedProxies, _ origin: inout RequestOrigin
    ) {
        for element in ForwardedHeader(headers.all("forwarded")) {
            origin.take(element)
            guard let address = element["for"].flatMap({ ForwardedNode.address($0) }), proxies.contains(address) else {
                return
            }
        }
    }

    /// The parts of a header with a list, without blanks and empty ones.
    static func list(_ headers: RequestHeaders, _ name: String) -> [Substring] {
        headers.all(name).flatMap { $0.exact.split(separator: ",") }.map { part in
            part.exact.trimming { $0 == " " || $0 == "\t" }
        }.filter { !$0.utf8.isEmpty }
    }
}
