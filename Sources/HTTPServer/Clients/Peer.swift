import NIOCore

/// Who is at the other end of a connection.
package enum Peer: Sendable, Hashable {
    case address(IPAddress)
    /// A program on this machine, through a UNIX socket.
    case unixSocket

    /// As logs have it.
    var text: String {
        switch self {
        case .address(let address): address.description
        case .unixSocket: "unix"
        }
    }

    /// Nil where the system does not say it any more.
    init?(_ address: SocketAddress?) {
        switch address {
        case .unixDomainSocket?: self = .unixSocket
        case let address?:
            guard let address = address.ipAddress.flatMap({ IPAddress($0) }) else { return nil }
            self = .address(address)
        case nil: return nil
        }
    }
}
