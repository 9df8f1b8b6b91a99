import ExactText
package import Prefork

/// Where a server is asked for its health and its metrics, and given a model, apart from where its clients come.
package enum ManagementAddress: Sendable, Hashable {
    /// A TCP port of the interface that the server listens on; 0 takes a free one.
    case port(UInt16)
    /// The path of a UNIX socket.
    case path(String)

    /// The value of the flag.
    ///
    /// - Throws: ``BootFailure`` that says what would be right.
    package init(_ text: String) throws(BootFailure) {
        if let port = UInt16(text) {
            self = .port(port)
        } else if text.exact.hasPrefix("/"), text.utf8.count <= ListeningSocket.maxPath {
            self = .path(text)
        } else {
            throw BootFailure(
                "--management-port: '\(text)' is neither a port nor the path of a socket; give a number up to 65535, or a "
                    + "path that begins with '/' and has at most \(ListeningSocket.maxPath) bytes",
                status: ExitStatus.usage)
        }
    }

    func listen(_ settings: RunSettings) throws(BootFailure) -> ListeningSocket {
        switch self {
        case .port(let port):
            try .bind(
                host: settings.interface, port: port, backlog: settings.backlog, flag: "--management-port")
        case .path(let path): try .bind(path: path, backlog: settings.backlog, flag: "--management-port")
        }
    }
}
