import Logging
import NIOCore

/// Who begins its connections with a header of the PROXY protocol. Whether one comes is never guessed: connections from
/// these networks must have it, and others have none, so that nobody else can say who he is.
final class ProxyProtocol {
    private static let saidEvery = TimeAmount.seconds(60)

    private let proxies: TrustedProxies
    private let logger = Logger(label: "parley.http")
    private var lastSaid: NIODeadline?

    init(from proxies: TrustedProxies) { self.proxies = proxies }

    /// What reads the header of a new connection; nil for one that has none.
    func handler(for connection: ConnectionHandler, _ channel: any Channel) -> ProxyHeaderHandler? {
        guard let peer = Peer(channel.remoteAddress), proxies.contains(peer) else { return nil }
        return ProxyHeaderHandler(
            found: { source in
                if case .client(let client) = source { connection.peer = client }
            },
            refused: { [self] problem in refused(problem, peer, now: channel.eventLoop.now) })
    }

    private func refused(_ problem: ProxyHeader.Problem, _ peer: Peer, now: NIODeadline) {
        guard lastSaid.map({ $0 + Self.saidEvery <= now }) ?? true else { return }
        lastSaid = now
        logger.warning(
            "A connection from a proxy is closed, since --proxy-protocol asks for a header; have the proxy send one",
            metadata: ["peer": "\(peer.text)", "error": "\(problem.rawValue)"])
    }
}
