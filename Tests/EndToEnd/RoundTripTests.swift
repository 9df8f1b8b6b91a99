import Foundation
import Testing

@Suite("What a turn costs on Redis")
struct RoundTripTests {
    /// A number of `INFO`.
    private func number(_ name: String, _ redis: RedisServer) throws -> Double {
        let lines = try redis.command("INFO", "all")
        let line = try #require(lines.first { $0.hasPrefix("\(name):") })
        let value = line.dropFirst(name.count + 1).prefix { "0123456789.".contains($0) }
        return try #require(Double(value))
    }

    /// Redis counts how often it found something to read: commands that arrive together are read together. The
    /// connections' signs of life and the look for reminders, one read every few seconds each, are the rest above 3.
    @Test("lock and conversation on one server: 3 round trips, of which a turn waits for 2")
    func roundTrips() throws {
        let redis = try RedisServer()
        let server = try ParleyServer(redis: redis)
        for _ in 0..<20 { #expect(try server.say("/greet", as: "warm").status == 200) }
        let turns = 200.0
        let before = (try number("total_reads_processed", redis), try number("total_commands_processed", redis))
        for _ in 0..<Int(turns) { #expect(try server.say("/greet", as: "warm").status == 200) }
        let after = (try number("total_reads_processed", redis), try number("total_commands_processed", redis))
        let roundTrips = (after.0 - before.0) / turns
        print(
            "a turn costs \(roundTrips) round trips to Redis, \((after.1 - before.1) / turns) commands and calls in scripts"
        )
        #expect(roundTrips < 3.2)
    }

    @Test("a new conversation, or one that another worker had, costs no more")
    func newConversations() throws {
        let redis = try RedisServer()
        let server = try ParleyServer(workers: 2, redis: redis)
        for number in 0..<20 { #expect(try server.say("/greet", as: "first-\(number)").status == 200) }
        let before = try number("total_reads_processed", redis)
        for number in 0..<100 { #expect(try server.say("/greet", as: "new-\(number)").status == 200) }
        let roundTrips = (try number("total_reads_processed", redis) - before) / 100
        print("the first turn of a conversation costs \(roundTrips) round trips to Redis")
        #expect(roundTrips < 3.2)
    }
}
