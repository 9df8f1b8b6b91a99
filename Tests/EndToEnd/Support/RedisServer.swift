import Foundation
import TestSupport

/// The one that all tests start.
typealias RedisServer = TestSupport.RedisServer

extension RedisServer {
    /// The body of a store's section in endpoints.yml.
    var endpoint: String { "  type: redis\n  url: 127.0.0.1\n  port: \(port)\n" }

    /// The lines that `redis-cli` prints for a command.
    func command(_ arguments: String...) throws -> [String] {
        let client = try RunningProcess(
            URL(fileURLWithPath: "/usr/bin/redis-cli"), ["-p", String(port)] + arguments)
        return try client.ending().lines
    }
}
