import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Many messages for one sender at once", .ownThread)
struct BurstTests {
    /// Sends numbered messages over connections of their own, each written before the next is; gives the numbers that
    /// were answered with success.
    private func burst(_ server: ParleyServer, _ sender: String, _ count: Int) throws -> Set<Int> {
        let connections = try (0..<count).map { _ in try HTTPConnection(port: server.port) }
        for (number, connection) in connections.enumerated() {
            let body: JSON = ["sender": .string(sender), "message": "/greet", "metadata": ["number": .int(number)]]
            try? connection.request("POST", "/webhooks/rest/webhook", body.text())
        }
        var responded: Set<Int> = []
        for (number, connection) in connections.enumerated() {
            do {
                let response = try connection.response()
                if response.status == 200, response.json?.array?.isEmpty == false {
                    responded.insert(number)
                } else {
                    print("message \(number) of \(sender) was answered \(response.status): \(response.text)")
                }
            } catch {
                print("message \(number) of \(sender) was not answered: \(error)")
            }
        }
        return responded
    }

    @Test("50 bursts of 20: all answered and stored once, none interleaved, no lock left", arguments: [2, 4])
    func bursts(workers: Int) throws {
        let redis = try RedisServer()
        let server = try ParleyServer(workers: workers, redis: redis)
        for number in 0..<50 {
            let sender = "burst-\(number)"
            let responded = try burst(server, sender, 20)
            #expect(responded.count == 20)
            let stored = StoredTurns.numbers(try server.events(of: sender))
            #expect(stored.count == 20)
            #expect(Set(stored).count == 20)
        }
        // The last lock is given back right after the response.
        func locks() throws -> [String] { try redis.command("-n", "1", "KEYS", "*lock:*").filter { !$0.isEmpty } }
        #expect(try eventually { try locks().isEmpty })
    }

    @Test("messages are stored in the order in which they were accepted", arguments: [2, 4])
    func acceptance(workers: Int) throws {
        let server = try ParleyServer(
            workers: workers, redis: RedisServer(), environment: ["LOG_LEVEL": "DEBUG", "FORCE_JSON_LOGGING": "1"])
        for number in 0..<10 { _ = try burst(server, "accepted-\(number)", 20) }
        for number in 0..<10 {
            let sender = "accepted-\(number)"
            let stored = try server.events(of: sender).filter { $0["event"]?.string == "user" }
                .compactMap { $0["message_id"]?.string }
            let begun = server.process.lines.compactMap { try? JSON(parsing: $0) }
                .filter { $0["conversation"]?.string == sender && $0["fence"] != nil }
            let accepted = begun.sorted { fence($0) < fence($1) }.compactMap { $0["message_id"]?.string }
            #expect(stored.count == 20)
            #expect(stored == accepted)
        }
    }

    private func fence(_ line: JSON) -> Int {
        line["fence"]?.int ?? line["fence"]?.string.flatMap { Int($0) } ?? 0
    }

    @Test("messages of one connection are stored in the order they were sent")
    func order() throws {
        let server = try ParleyServer(workers: 2, redis: RedisServer())
        let connections = try (0..<2).map { _ in try HTTPConnection(port: server.port) }
        for number in 0..<40 {
            let body: JSON = ["sender": "ordered", "message": "/greet", "metadata": ["number": .int(number)]]
            try connections[number % 2].request("POST", "/webhooks/rest/webhook", body.text())
            #expect(try connections[number % 2].response().status == 200)
        }
        #expect(StoredTurns.numbers(try server.events(of: "ordered")) == Array(0..<40))
    }

    @Test("while workers are killed, no turn is stored twice or half, and every answered turn is stored")
    func killed() throws {
        let redis = try RedisServer()
        let server = try ParleyServer(workers: 2, redis: redis)
        for number in 0..<30 {
            let sender = "killed-\(number)"
            let victim = server.workers.randomElement()
            let isKilled = DispatchGroup()
            if number % 3 == 0, let victim {
                isKilled.enter()
                Thread.detachNewThread {
                    usleep(UInt32.random(in: 500...8000))
                    kill(victim, SIGKILL)
                    isKilled.leave()
                }
            }
            let responded = (try? burst(server, sender, 20)) ?? []
            isKilled.wait()
            let goesOn = eventually { (try? server.say("/greet", as: sender).status) == 200 }
            #expect(goesOn, "the conversation does not go on")
            let stored = StoredTurns.numbers(try server.events(of: sender))
            #expect(Set(stored).count == stored.count, "a turn is stored twice")
            #expect(responded.isSubset(of: stored), "an answered turn is not stored")
        }
    }
}
