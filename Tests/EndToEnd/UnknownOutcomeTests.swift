import EndToEndSupport
import FoundationEssentials
import JSON
import TestSupport
import Testing

@Suite("Nobody is told that nothing is stored where that is not known", .ownThread)
struct UnknownOutcomeTests {
    private static let archive = Fixtures.path("counter.tar.gz")

    @Test(
        "the database does all, but its answers are lost while a turn is saved",
        arguments: TrackerDatabase.Kind.installed.filter { ![.sqlite, .mongo].contains($0) })
    func lostResponses(kind: TrackerDatabase.Kind) throws {
        let locks = try RedisServer()
        let store = try TrackerDatabase(kind, hasNetwork: true)
        let network = try #require(store.network)
        let stub = try HTTPStub { request in
            if request.json["next_action"] == "action_check" { network.set(.holdResponses) }
            return .status(200, #"{"events": []}"#)
        }
        let server = try ParleyServer(
            model: Self.archive, stub: stub,
            endpoints: "lock_store:\n\(locks.endpoint)\(store.section)action_endpoint:\n  url: \(stub.url)/webhook\n",
            environment: store.environment)
        #expect(try server.say("hello", as: "ann").status == 200)
        let response = try server.say("check", as: "ann")
        #expect(response.status == 504)
        #expect(response.json?["reason"] == "TrackerStoreUnavailable")
        let words = response.json?["message"]?.string ?? ""
        #expect(words.contains("may be stored") && !words.contains("nothing"))
        network.set(.forward)
        #expect(try eventually { try server.call("GET", "/conversations/ann/tracker").status != 503 })
        #expect(try server.events(of: "ann").filter { $0["text"] == "check" }.count <= 1)
    }
}
