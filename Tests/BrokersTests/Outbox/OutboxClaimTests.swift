import System
import TestSupport
import Testing

@testable import Brokers

@Suite("An outbox directory belongs to one server")
struct OutboxClaimTests {
    @Test("all workers of a server share it, no other server does, until the last of them is gone")
    func share() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/state/outbox"
        var claims = [try OutboxClaim(of: path, by: "host 8:1"), try OutboxClaim(of: path, by: "host 8:1")]
        let error = #expect(throws: OutboxError.self) { try OutboxClaim(of: path, by: "host 8:11") }
        #expect(error?.code == .inUse && error?.message.contains("\(path)/server") == true)
        claims.removeFirst()
        #expect(throws: OutboxError.self) { try OutboxClaim(of: path, by: "host 8:11") }
        claims.removeAll()
        let next = try OutboxClaim(of: path, by: "host 8:11")
        #expect(throws: OutboxError.self) { try OutboxClaim(of: path, by: "host 8:1") }
        withExtendedLifetime(next) {}
    }

    @Test("what is no directory names itself")
    func unusable() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("", as: "file")
        let error = #expect(throws: OutboxError.self) { try OutboxClaim(of: "\(file)/outbox", by: "x") }
        #expect(error?.message.contains(file) == true)
    }

    /// One that another worker holds at this moment is asked for again, as workers do.
    private func claim(_ path: String, by server: String) throws -> OutboxClaim {
        while true {
            do {
                return try OutboxClaim(of: path, by: server)
            } catch {
                // A pattern in the clause crashes the compiler (6.3.1).
                guard error.code == .inUse else { throw error }
            }
        }
    }

    @Test("workers that start at once all get it", .timeLimit(.minutes(1)))
    func race() async throws {
        let directory = try TemporaryDirectory()
        for round in 0..<20 {
            let claims = try await withThrowingTaskGroup(of: OutboxClaim.self) { group in
                for _ in 0..<8 { group.addTask { try claim(directory.path, by: "server \(round)") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(claims.count == 8)
        }
    }
}
