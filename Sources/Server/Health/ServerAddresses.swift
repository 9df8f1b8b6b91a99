import ExactText
import Glibc
import JSON
import Prefork
package import System

/// Where a server that runs on this machine can be asked, as it notes that in its own directory for `parley health`.
package struct ServerAddresses: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
        case tcp(host: String, port: Int)
        case path(String)
    }

    /// Where clients come; nil where a service manager opened a socket that is no port.
    package var main: Place?
    package var hasTLS: Bool
    /// Where the server is managed, without TLS.
    package var management: Place?

    package init(main: Place?, hasTLS: Bool, management: Place?) {
        (self.main, self.hasTLS, self.management) = (main, hasTLS, management)
    }

    private static let name = "addresses.json"
    private static let maxBytes = 4096

    func write(in directory: String) throws(SystemError) {
        var object: JSONObject = ["tls": .bool(hasTLS)]
        object["main"] = main?.json
        object["management"] = management?.json
        try File.write(JSON.object(object).encoded(), to: "\(directory)/\(Self.name)")
    }

    /// Those of all servers of this user that run now.
    package static func ofRunning(environment: EnvironmentVariables) -> [ServerAddresses] {
        TemporaryDirectory.inUse(environment: environment).compactMap { directory in
            guard let bytes = try? File.read("\(directory)/\(name)", atMost: maxBytes),
                let json = try? JSON(parsing: bytes)
            else { return nil }
            return ServerAddresses(json)
        }
    }

    init?(_ json: JSON) {
        guard let hasTLS = json["tls"]?.bool else { return nil }
        self.hasTLS = hasTLS
        main = json["main"].flatMap { Place($0) }
        management = json["management"].flatMap { Place($0) }
    }
}

extension ServerAddresses.Place: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.exact.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .path(let path): path
        }
    }

    fileprivate var json: JSON {
        switch self {
        case .tcp(let host, let port): ["host": .string(host), "port": .int(port)]
        case .path(let path): ["path": .string(path)]
        }
    }

    fileprivate init?(_ json: JSON) {
        if let path = json["path"]?.string {
            self = .path(path)
        } else if let host = json["host"]?.string, let port = json["port"]?.int {
            self = .tcp(host: host, port: port)
        } else {
            return nil
        }
    }

    /// Where this machine itself reaches a listening socket.
    init(_ socket: ListeningSocket) {
        let parts = socket.address.exact.split(separator: ":").map(String.init)
        guard !socket.isUnix, let port = parts.last.flatMap({ Int($0) }) else {
            self = .path(socket.address)
            return
        }
        // Of an address of IPv6, which has colons itself, in brackets.
        let host = String(
            String.UnicodeScalarView(
                socket.address.unicodeScalars.dropLast("\(port)".utf8.count + 1).filter { $0 != "[" && $0 != "]" }))
        switch host.exact {
        case "0.0.0.0": self = .tcp(host: "127.0.0.1", port: port)
        case "::": self = .tcp(host: "::1", port: port)
        default: self = .tcp(host: host, port: port)
        }
    }
}
