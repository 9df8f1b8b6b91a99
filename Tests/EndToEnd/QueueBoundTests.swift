import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("What waits in a worker is bounded", .ownThread)
struct QueueBoundTests {
    private static let archive = Fixtures.path("counter.tar.gz")

    private func memory(_ server: ParleyServer) throws -> Int {
        try server.memory(of: try #require(server.workers.first))
    }

    @Test("thousands of messages over Socket.IO hold up nobody and are all answered", arguments: [1, 2])
    func flood(workers: Int) throws {
        let (clients, messages) = (6, 400)
        let redis = try RedisServer()
        let server = try ParleyServer(
            ["--max-requests-in-flight", "100", "--max-waiting-messages", "50"], workers: workers, redis: redis,
            credentials: "rest:\nsocketio:\n  session_persistence: true\n")
        let before = try memory(server)
        let path = "/socket.io/?EIO=4&transport=polling"
        let connections = try (0..<clients).map { client in
            let opening = try server.call("GET", path)
            let session = try #require(try JSON(parsing: Array(opening.text.dropFirst().utf8))["sid"]?.string)
            #expect(try server.call("POST", "\(path)&sid=\(session)", "40").status == 200)
            let connection = try HTTPConnection(port: server.port)
            let packets = (0..<messages).map { number in
                #"42["user_uttered",{"message":"hello","session_id":"flood-\#(client)-\#(number)"}]"#
            }
            try connection.request("POST", "\(path)&sid=\(session)", packets.joined(separator: "\u{1E}"))
            return connection
        }
        func stored() throws -> Int {
            try redis.command("--scan", "--pattern", "tracker:flood-*").filter { !$0.isEmpty }.count
        }
        #expect(try server.say("hello", as: "me").status == 200)
        #expect(try stored() < clients * messages)
        for connection in connections { #expect(try connection.response().status == 200) }
        #expect(try memory(server) - before < 200 << 20)
        #expect(try eventually { try stored() == clients * messages })
    }

    @Test("bodies count until their requests are done, though their clients have left")
    func bodies() throws {
        let isOver = DispatchSemaphore(value: 0)
        let stub = try HTTPStub { request in
            if request.json["next_action"] == "action_check" { isOver.wait() }
            return .status(200, #"{"events": []}"#)
        }
        let limit = 20_000_000
        let server = try ParleyServer(
            ["--enable-api", "--max-bodies-size", "\(limit)", "--max-body-size", "2000000"], model: Self.archive,
            redis: try RedisServer(), stub: stub, endpoints: "action_endpoint:\n  url: \(stub.url)/webhook\n")
        let before = try memory(server)
        let busy = try HTTPConnection(port: server.port)
        try busy.request("POST", "/webhooks/rest/webhook", #"{"sender": "busy", "message": "check"}"#)
        #expect(eventually { stub.requests.contains { $0.json["next_action"] == "action_check" } })
        let value = String(repeating: "x", count: 1_900_000)
        let event: JSON = ["event": "slot", "name": "bell", "value": .string(value)]
        for _ in 0..<100 {
            // A client that is refused may not get all its bytes away.
            let connection = try HTTPConnection(port: server.port)
            try? connection.request("POST", "/conversations/busy/tracker/events", event.text())
        }
        // The last of them have been read when a request that came later is answered.
        #expect(try server.call("GET", "/version").status == 200)
        #expect(try memory(server) - before < 3 * limit)
        isOver.signal()
        #expect(try busy.response().status == 200)
    }
}
