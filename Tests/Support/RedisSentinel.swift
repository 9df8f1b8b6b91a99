import Foundation
import System

/// A private `redis-sentinel` that watches one master under the name `parley`, ended when it is no longer referenced.
package final class RedisSentinel: Sendable {
    /// The port on 127.0.0.1.
    package let port: Int

    private let directory: TemporaryDirectory
    private let process: RunningProcess

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
        let path = try directory.write(lines.joined(separator: "\n") + "\n", as: "sentinel.conf")
        process = try RunningProcess(
            server: ["/usr/bin/redis-server", path, "--sentinel"], readyAt: ["+monitor master"])
    }

    /// Waits until the sentinel knows a replica of the master, which it asks every ten seconds.
    package func awaitReplica() throws {
        let connection = try Loopback.connect(to: port)
        defer { close(connection) }
        let isKnown = try eventually {
            var reply = [UInt8](repeating: 0, count: 4096)
            guard Loopback.send("SENTINEL REPLICAS parley\r\n".utf8, to: connection),
                recv(connection, &reply, reply.count, 0) >= 2
            else { throw TestFailure("the sentinel went away") }
            return reply[1] != UInt8(ascii: "0")
        }
        guard isKnown else { throw TestFailure("the sentinel knows no replica") }
    }
}
