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

    /// How often Redis finds something to read for a turn, without what it finds in the same time while nothing is asked
    /// of the server: signs of life and the look for reminders. Commands that arrive together are read together.
    private func roundTrips(_ redis: RedisServer, _ server: ParleyServer, turnsOf names: [String]) throws -> Double {
        let before = try number("total_reads_processed", redis)
        let begin = ContinuousClock.now
        for name in names { #expect(try server.say("/greet", as: name).status == 200) }
        let middle = try number("total_reads_processed", redis)
        let time = (ContinuousClock.now - begin) / .seconds(1)
        Thread.sleep(forTimeInterval: time)
        let after = try number("total_reads_processed", redis)
        return ((middle - before) - (after - middle)) / Double(names.count)
    }

    @Test("lock and conversation on one server: 3 round trips, of which a turn waits for 2")
    func warmConversation() throws {
        let redis = try RedisServer()
        let server = try ParleyServer(redis: redis)
        for _ in 0..<20 { #expect(try server.say("/greet", as: "warm").status == 200) }
        let cost = try roundTrips(redis, server, turnsOf: Array(repeating: "warm", count: 200))
        print("a turn costs \(cost) round trips to Redis")
        #expect(cost < 3.1)
    }

    @Test("a new conversation, or one that another worker had, costs no more")
    func newConversations() throws {
        let redis = try RedisServer()
        let server = try ParleyServer(workers: 2, redis: redis)
        for number in 0..<20 { #expect(try server.say("/greet", as: "first-\(number)").status == 200) }
        let cost = try roundTrips(redis, server, turnsOf: (0..<100).map { "new-\($0)" })
        print("the first turn of a conversation costs \(cost) round trips to Redis")
        #expect(cost < 3.1)
    }
}
