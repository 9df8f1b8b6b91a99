import Foundation
import System

/// A private `redis-sentinel` that watches one master under the name `parley`, ended when it is no longer referenced.
package final class RedisSentinel: Sendable {
    /// The port on 127.0.0.1.
    package let port: Int

    private let directory: TemporaryDirectory
    private nonisolated(unsafe) let process: ServerProcess

    /// Starts a sentinel that notices within a second that its master is gone, and needs no other's consent.
    ///
    /// - Parameters:
    ///   - password: What the sentinel itself asks for; nil for nothing.
    package init(watching master: Int, password: String? = nil) throws {
        directory = try TemporaryDirectory()
        port = try Loopback.sparePort()
        var lines = [
            "port \(port)", "bind 127.0.0.1", "dir \(directory.path)",
            "sentinel monitor parley 127.0.0.1 \(master) 1", "sentinel down-after-milliseconds parley 1000",
            "sentinel failover-timeout parley 1000", "sentinel parallel-syncs parley 1",
        ]
        if let password { lines.append("requirepass \(password)") }
        let path = directory.path + "/sentinel.conf"
        try WholeFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: path)
        process = try ServerProcess(["/usr/bin/redis-server", path, "--sentinel"], readyAt: ["+monitor master"])
    }

    /// Waits until the sentinel knows a replica of the master, which it asks every ten seconds.
    package func awaitReplica() throws {
        let connection = try Loopback.connect(to: port)
        defer { close(connection) }
        var reply = [UInt8](repeating: 0, count: 4096)
        while Loopback.send("SENTINEL REPLICAS parley\r\n".utf8, to: connection) {
            guard recv(connection, &reply, reply.count, 0) >= 2 else { break }
            if reply[1] != UInt8(ascii: "0") { return }
            usleep(50_000)
        }
        throw TestServerFailure("the sentinel went away")
    }
}
