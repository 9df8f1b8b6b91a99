import Glibc

/// A MongoDB server in a process of its own, on a spare port of the loopback interface: `mongod` where it is installed,
/// or what the variable MONGODB_SERVER names: a command that takes a port and says `ready` when it serves it.
package final class MongoServer: Sendable {
    private static let places: [String] = ["/usr/bin/mongod", "/usr/local/bin/mongod"]
    private static let program = places.first { access($0, X_OK) == 0 }
    private static let command = getenv("MONGODB_SERVER").map { String(cString: $0) }

    /// Whether there is one on this machine.
    package static var isInstalled: Bool { command?.isEmpty == false || program != nil }

    /// The server that all tests of this process share; it ends with the process.
    package static let shared: Result<MongoServer, any Error> = Result {
        let server = try MongoServer()
        SharedServers.atExit {
            server.process.end(SIGKILL)
            server.directory.delete()
        }
        return server
    }

    /// The port on 127.0.0.1.
    package let port: Int
    private let process: RunningProcess
    private let directory: TemporaryDirectory

    /// Starts a server that holds nothing.
    package init() throws {
        port = try Loopback.sparePort()
        directory = try TemporaryDirectory()
        let words: [String]
        if let command = Self.command, !command.isEmpty {
            words = command.split(separator: " ").map(String.init) + ["\(port)"]
        } else {
            guard let program = Self.program else { throw TestFailure("there is no mongod") }
            words = [program, "--dbpath", directory.path, "--port", "\(port)", "--bind_ip", "127.0.0.1"]
        }
        process = try RunningProcess(server: words, readyAt: ["ready", "Waiting for connections"])
    }
}
