import JSON
import Prefork
import TestSupport
import Testing

@testable import Operations

@Suite("The Parley of a comparison")
struct TemporaryServerTests {
    @Test("calls the servers of the endpoints, and has none of their stores")
    func endpoints() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(
            """
            tracker_store: {type: redis}
            lock_store: {type: redis}
            event_broker: {type: pika, url: localhost, queues: [q]}
            models: {url: http://models}
            action_endpoint: {url: "http://actions/webhook", timeout: 7}
            nlg: {url: "http://nlg"}
            """, as: "endpoints.yml")
        let kept = try JSON(parsing: try TemporaryServer.endpoints(path))
        #expect(
            kept == ["action_endpoint": ["url": "http://actions/webhook", "timeout": 7], "nlg": ["url": "http://nlg"]])
        #expect(try JSON(parsing: try TemporaryServer.endpoints(nil)) == [:])
        let missing = #expect(throws: BootFailure.self) { try TemporaryServer.endpoints("\(directory.path)/none.yml") }
        #expect(missing?.status == ExitStatus.noInput)
    }
}
