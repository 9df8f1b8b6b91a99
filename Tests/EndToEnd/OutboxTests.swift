import EndToEndSupport
import Foundation
import TestSupport
import Testing

@Suite("An outbox directory belongs to one server", .ownThread)
struct OutboxTests {
    @Test("a second server waits for the first to end, and publishes from there on")
    func takesTurns() throws {
        let scratch = try TemporaryDirectory()
        try scratch.write(
            "event_broker:\n  type: file\n  path: \(scratch.path)/events.log\n  outbox: \(scratch.path)/outbox\n",
            as: "endpoints.yml")
        func server() throws -> RunningProcess {
            try RunningProcess(
                ParleyServer.binary, ["run", "-m", ParleyServer.demo, "-p", "0", "-i", "127.0.0.1"],
                directory: scratch.path)
        }
        let isReady = { (line: String) in line.contains("ready") && line.contains("http://") ? true : nil }
        let first = try server()
        _ = try first.awaitLine(isReady)
        let second = try server()
        _ = try second.awaitLine { $0.contains("Another server has the outbox directory") ? true : nil }
        first.signal(SIGTERM)
        #expect(try first.ending().status == 0)
        _ = try second.awaitLine(isReady)
        second.signal(SIGTERM)
        #expect(try second.ending().status == 0)
    }
}
