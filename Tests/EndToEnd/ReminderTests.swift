import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Reminders are triggered once in the whole fleet, whatever becomes of workers", .ownThread)
struct ReminderTests {
    private static let archive = Fixtures.path("counter.tar.gz")

    /// Runs `action_remind` by a reminder in this many seconds, and `action_forget` by taking it back.
    private func stub(after seconds: Double, killedByMessages: Bool = false) throws -> HTTPStub {
        try HTTPStub { request in
            switch request.json["next_action"] {
            case "action_remind":
                let time = ISO8601DateFormatter.string(
                    from: Date(timeIntervalSinceNow: seconds), timeZone: .gmt,
                    formatOptions: [.withInternetDateTime, .withFractionalSeconds])
                return .status(
                    200,
                    """
                    {"events": [{"event": "reminder", "intent": "ring", "entities": {"bell": "x"}, "name": "bell",
                                 "date_time": "\(time)", "kill_on_user_msg": \(killedByMessages)}]}
                    """)
            case "action_forget":
                return .status(200, #"{"events": [{"event": "cancel_reminder", "name": "bell"}]}"#)
            default: return .status(200, #"{"events": []}"#)
            }
        }
    }

    private func server(_ stub: HTTPStub, _ redis: RedisServer?) throws -> ParleyServer {
        try ParleyServer(
            model: Self.archive, workers: redis == nil ? 1 : 2, redis: redis, stub: stub,
            endpoints: "action_endpoint:\n  url: \(stub.url)/webhook\n")
    }

    private func triggered(_ server: ParleyServer) throws -> [JSON] {
        try server.events(of: "ann").filter { $0["text"] == "EXTERNAL: ring" }
    }

    /// Asks until the reminder was triggered.
    private func awaitTrigger(_ server: ParleyServer) throws -> [JSON] {
        _ = try eventually { try !triggered(server).isEmpty }
        return try triggered(server)
    }

    @Test("At its time the intent comes, with its entities, and the assistant reacts", arguments: [false, true])
    func trigger(sharesRedis: Bool) throws {
        let server = try server(try stub(after: 3), sharesRedis ? try RedisServer() : nil)
        #expect(try server.say("remind", as: "ann").status == 200)
        let events = try awaitTrigger(server)
        #expect(events.count == 1)
        #expect(events.first?["parse_data"]?["entities"] == [["entity": "bell", "value": "x"]])
        #expect(events.first?["input_channel"] == "rest")
        #expect(try server.events(of: "ann").contains { $0["text"] == "Ding (x)." })
    }

    @Test("It outlives the whole server")
    func restart() throws {
        let redis = try RedisServer()
        let stub = try stub(after: 3)
        do {
            let first = try server(stub, redis)
            #expect(try first.say("remind", as: "ann").status == 200)
            first.process.signal(SIGKILL)
            _ = try first.process.ending()
        }
        let second = try server(stub, redis)
        #expect(try awaitTrigger(second).count == 1)
        // It is forgotten once its turn is stored, which is right after the client can see it.
        #expect(try eventually { try redis.command("-n", "1", "ZCARD", "parley:reminders") == ["0"] })
    }

    @Test("One that was taken back, or killed by a message, is not triggered")
    func cancelled() throws {
        for killedByMessages in [false, true] {
            let stub = try stub(after: 8, killedByMessages: killedByMessages)
            let server = try server(stub, try RedisServer())
            #expect(try server.say("remind", as: "ann").status == 200)
            #expect(try server.say(killedByMessages ? "hello" : "forget", as: "ann").status == 200)
            // A reminder of another conversation that is due later has been triggered, so this one's time is over.
            #expect(try server.say("remind", as: "ben").status == 200)
            let isOver = try eventually {
                try server.events(of: "ben").contains { $0["text"] == "EXTERNAL: ring" }
            }
            #expect(isOver)
            #expect(try triggered(server).isEmpty)
        }
    }

    @Test("One that is set while the lock store's connection breaks comes all the same")
    func brokenConnection() throws {
        let (locks, trackers) = (try RedisServer(), try RedisServer())
        let network = try TCPProxy(to: locks.port)
        let reminding = try stub(after: 5)
        let stub = try HTTPStub { request in
            if request.json["next_action"] == "action_remind" {
                // Until the worker no longer waits for a response; it still waits for a connection.
                network.set(.holdAll)
                Thread.detachNewThread {
                    _ = eventually { network.departures > 0 }
                    network.set(.forward)
                }
            }
            return reminding.respond(request)
        }
        let server = try server(locks: network.port, trackers, stub)
        #expect(try server.say("remind", as: "ann").status == 200)
        #expect(try awaitTrigger(server).count == 1)
    }

    @Test("A turn whose reminder cannot be kept is refused, and nothing of it is stored")
    func lockStoreAway() throws {
        let (locks, trackers) = (try RedisServer(), try RedisServer())
        let network = try TCPProxy(to: locks.port)
        let reminding = try stub(after: 60)
        let stub = try HTTPStub { request in
            if request.json["next_action"] == "action_remind" { network.set(.holdAll) }
            return reminding.respond(request)
        }
        let server = try server(locks: network.port, trackers, stub)
        let refused = try server.say("remind", as: "ann")
        #expect(refused.status == 503)
        #expect(refused.json?["reason"] == "LockStoreUnavailable")
        network.set(.forward)
        #expect(try trackers.command("EXISTS", "tracker:ann") == ["0"])
    }

    @Test("A busy conversation keeps no other's reminder from its time", arguments: [1, 2])
    func busy(workers: Int) throws {
        let isOver = DispatchSemaphore(value: 0)
        let reminding = try stub(after: 3)
        let stub = try HTTPStub { request in
            if request.json["next_action"] == "action_check" { isOver.wait() }
            return reminding.respond(request)
        }
        let redis = try RedisServer()
        let server = try ParleyServer(
            model: Self.archive, workers: workers, redis: redis, stub: stub,
            endpoints: "action_endpoint:\n  url: \(stub.url)/webhook\n")
        #expect(try server.say("remind", as: "busy").status == 200)
        #expect(try server.say("remind", as: "ann").status == 200)
        let connection = try HTTPConnection(port: server.port)
        try connection.request("POST", "/webhooks/rest/webhook", #"{"sender": "busy", "message": "check"}"#)
        #expect(try awaitTrigger(server).count == 1)
        isOver.signal()
        #expect(try connection.response().status == 200)
    }

    private func server(locks port: Int, _ trackers: RedisServer, _ stub: HTTPStub) throws -> ParleyServer {
        try ParleyServer(
            model: Self.archive, stub: stub,
            endpoints: "lock_store:\n  type: redis\n  url: 127.0.0.1\n  port: \(port)\n  socket_timeout: 1\n"
                + "tracker_store:\n\(trackers.endpoint)action_endpoint:\n  url: \(stub.url)/webhook\n")
    }
}
