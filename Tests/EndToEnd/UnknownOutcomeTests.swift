import FoundationEssentials
import JSON
import TestSupport
import Testing

@Suite("Nobody is told that nothing is stored where that is not known", .serialized, .timeLimit(.minutes(10)))
struct UnknownOutcomeTests {
    private static let archive = ParleyServer.checkout.appendingPathComponent(
        "Tests/EndToEnd/Fixtures/counter.tar.gz"
    ).path

    @Test(
        "the database does all, but its answers are lost while a turn is saved",
        arguments: TrackerDatabase.Kind.installed.filter { ![.sqlite, .mongo].contains($0) })
    func lostAnswers(kind: TrackerDatabase.Kind) throws {
        let locks = try RedisServer()
        let store = try TrackerDatabase(kind, hasNetwork: true)
        let network = try #require(store.network)
        let stub = try StubServer { request in
            if request.json["next_action"] == "action_check" { network.pass(.requests) }
            return .status(200, #"{"events": []}"#)
        }
        let server = try ParleyServer(
            model: Self.archive, stub: stub,
            endpoints: "lock_store:\n\(locks.endpoint)\(store.section)action_endpoint:\n  url: \(stub.url)\n",
            environment: store.environment)
        #expect(try server.say("hello", as: "ann").status == 200)
        let answer = try server.say("check", as: "ann")
        #expect(answer.status == 503)
        #expect(answer.json?["reason"] == "TrackerStoreUnavailable")
        let words = answer.json?["message"]?.string ?? ""
        #expect(words.contains("may be stored") && !words.contains("nothing"))
        network.pass(.both)
        while try server.call("GET", "/conversations/ann/tracker").status == 503 {}
        #expect(try server.events(of: "ann").filter { $0["text"] == "check" }.count <= 1)
    }
}
