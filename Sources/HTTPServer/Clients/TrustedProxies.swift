import ExactText

/// The networks whose programs are believed what they say of their clients.
package struct TrustedProxies: Sendable, Hashable {
    private var networks: [IPNetwork] = []
    private var trustsUNIXSockets = false

    /// - Parameter words: Networks, addresses and `unix`; a word may hold several between commas.
    /// - Throws: ``NetworkError`` that names the word.
    package init(_ words: [String]) throws(NetworkError) {
        for word in words.flatMap({ $0.exact.split(separator: ",") }) {
            let word = String(word.exact.trimming { $0 == " " })
            if word.lowercased().exact == "unix" {
                trustsUNIXSockets = true
            } else {
                networks.append(try IPNetwork(word))
            }
        }
    }

    func contains(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    func contains(_ peer: Peer) -> Bool {
        switch peer {
        case .address(let address): contains(address)
        case .unixSocket: trustsUNIXSockets
        }
    }
}
