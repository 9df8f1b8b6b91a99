import Foundation
package import TestSupport

extension RedisServer {
    /// The body of a store's section in endpoints.yml.
    package var endpoint: String { "  type: redis\n  url: 127.0.0.1\n  port: \(port)\n" }

    /// The lines that `redis-cli` prints for a command.
    package func command(_ arguments: String...) throws -> [String] {
        let client = try RunningProcess(
            "/usr/bin/redis-cli", ["-p", String(port)] + arguments)
        return try client.ending().lines
    }
}
