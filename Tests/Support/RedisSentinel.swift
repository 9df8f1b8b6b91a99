internal import Glibc

/// A private `redis-sentinel` that watches one master under the name `parley`, ended when it is no longer referenced.
public final class RedisSentinel: Sendable {
    /// The port on 127.0.0.1.
    public let port: Int

    private let folder: TemporaryFolder
    private nonisolated(unsafe) let process: ServerProcess

    /// Starts a sentinel that notices within a second that its master is gone, and needs no other's consent.
    ///
    /// - Parameters:
    ///   - password: What the sentinel itself asks for; nil for nothing.
    public init(watching master: Int, password: String? = nil) throws {
        folder = try TemporaryFolder()
        port = try Loopback.sparePort()
        var lines = [
            "port \(port)", "bind 127.0.0.1", "dir \(folder.path)",
            "sentinel monitor parley 127.0.0.1 \(master) 1", "sentinel down-after-milliseconds parley 300",
            "sentinel failover-timeout parley 1000", "sentinel parallel-syncs parley 1",
        ]
        if let password { lines.append("requirepass \(password)") }
        let path = folder.path + "/sentinel.conf"
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        let text = lines.joined(separator: "\n") + "\n"
        guard write(file, text, text.utf8.count) == text.utf8.count else {
            throw TestServerFailure("\(path): errno \(errno)")
        }
        close(file)
        process = try ServerProcess(["/usr/bin/redis-server", path, "--sentinel"], readyAt: ["+monitor master"])
    }
}
