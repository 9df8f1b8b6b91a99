import JSON
import ModelArchive
import Synchronization
import TestSupport
import Testing

@testable import NLU
@testable import TextFeatures

@Suite("Entities of Duckling are those of Rasa")
struct DucklingTests {
    /// A server that always responds the same, and remembers what it was asked.
    final class FakePlatform: EntityExtractionClient {
        struct Gone: Error {}
        let response: RemoteResponse?
        let asked = Mutex<[(form: String, address: String, timeout: Duration?)]>([])

        init(status: Int = 200, _ text: String?) {
            response = text.map { RemoteResponse(status: status, body: Array($0.utf8)) }
        }

        func post(form: String, to address: String, timeout: Duration?) async throws -> RemoteResponse {
            asked.withLock { $0.append((form, address, timeout)) }
            guard let response else { throw Gone() }
            return response
        }
    }

    /// What a Duckling server says of "at 5 for 3 days".
    private static let matches = """
        [{"body":"at 5","start":0,"value":{"values":[],"value":"2026-11-23T05:00:00.000+01:00","grain":"hour",\
        "type":"value"},"end":4,"dim":"time","latent":false},
        {"body":"3 days","start":9,"value":{"value":3,"day":3,"type":"value","unit":"day"},"end":15,"dim":"duration"},
        {"body":"x","start":0,"value":{"type":"interval","from":{"value":"a"},"to":{"value":"b"}},"end":1,"dim":"time"},
        {"body":"5","start":3,"value":{"value":5,"type":"value"},"end":4,"dim":"number"}]
        """

    private func component(
        _ config: JSONObject, _ client: any EntityExtractionClient, address: String? = nil
    ) throws -> DucklingEntityExtractor {
        let node = GraphNode(name: "run_Duckling", uses: "x.DucklingEntityExtractor", config: config)
        var context = LoadingContext(
            node: node, files: try Fixtures.tinyModel(), domainIntents: [], domainEntities: [])
        return try DucklingEntityExtractor(
            &context, servers: RemoteExtractors(client: client, ducklingAddress: address))
    }

    private func entities(
        _ config: JSONObject, _ client: any EntityExtractionClient, address: String? = nil
    ) async throws -> [JSON] {
        var message = Message(text: MessageText("at 5 for 3 days"))
        await (try component(config, client, address: address)).ask(about: &message)
        return message.entities.map(\.json)
    }

    @Test func entitiesOfAnResponse() async throws {
        let server = FakePlatform(Self.matches)
        let found = try await entities(
            ["url": "http://duck:8000", "dimensions": ["time", "duration"], "timezone": "Europe/Berlin"], server)
        #expect(found.count == 3)
        #expect(
            found.first?.text() == """
                {"start":0,"end":4,"text":"at 5","value":"2026-11-23T05:00:00.000+01:00","confidence":1.0,\
                "additional_info":{"values":[],"value":"2026-11-23T05:00:00.000+01:00","grain":"hour","type":"value"},\
                "entity":"time","extractor":"DucklingEntityExtractor"}
                """)
        #expect(found.dropFirst().first?["value"] == 3)
        #expect(found.last?["value"] == ["to": "b", "from": "a"])
        let asked = try #require(server.asked.withLock { $0.first })
        #expect(asked.address == "http://duck:8000/parse")
        #expect(asked.timeout == .seconds(3))
        #expect(
            asked.form.hasPrefix(
                "text=at+5+for+3+days&tz=Europe%2FBerlin&dims=%5B%22time%22%2C+%22duration%22%5D&reftime="))
        #expect(asked.form.hasSuffix("000"))
    }

    @Test func environmentComesFirst() async throws {
        let server = FakePlatform("[]")
        _ = try await entities(["url": "http://a", "locale": "de_DE", "timeout": 0.5], server, address: "http://b/x/")
        let asked = try #require(server.asked.withLock { $0.first })
        #expect(asked.address == "http://b/x/parse")
        #expect(asked.timeout == .milliseconds(500))
        #expect(asked.form.hasPrefix("text=at+5+for+3+days&locale=de_DE&dims=null&reftime="))
    }

    @Test(arguments: [nil, "no JSON", "{}", "[{}]", "[1]"])
    func failureFindsNothing(_ response: String?) async throws {
        #expect(try await entities(["url": "http://a"], FakePlatform(response)).isEmpty)
    }

    @Test func errorStatusFindsNothing() async throws {
        #expect(try await entities(["url": "http://a"], FakePlatform(status: 500, Self.matches)).isEmpty)
    }

    @Test func withoutAddressNobodyIsAsked() async throws {
        let server = FakePlatform(Self.matches)
        #expect(try await entities([:], server).isEmpty)
        #expect(server.asked.withLock { $0.isEmpty })
    }

    @Test func pureInterpretersDoNotWait() async throws {
        let interpreter = try Fixtures.tinyInterpreter()
        #expect(!interpreter.asksServers)
        let understood = try await interpreter.understand(" hello ")
        #expect(understood == (try interpreter.parse("hello")))
    }
}
