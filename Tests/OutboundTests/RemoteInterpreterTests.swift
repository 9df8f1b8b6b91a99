import Assistant
import Cryptography
import JSON
import NIOPosix
import OrderedCollections
import Outbound
import TestSupport
import Testing
import WebClient

@Suite("A server that understands messages is asked as Rasa asks it")
struct RemoteInterpreterTests {
    private func parse(_ server: HTTPStub, token: Secret? = nil) async throws -> JSONObject {
        let endpoint = HTTPEndpoint(
            url: server.url, parameters: [:], headers: [:], basicAuthentication: nil, token: nil, tokenName: "token",
            certificateFile: nil, place: "e.yml:1", timeout: nil, isDomainSelective: false)
        let client = try EndpointClient(endpoint, loop: MultiThreadedEventLoopGroup.singleton.any())
        let understood = await RemoteInterpreter(client: client, token: token).parse("hello", of: "ann")
        await client.close()
        return understood
    }

    @Test("text, conversation and token are in the body; the response is what was understood")
    func request() async throws {
        let server = try HTTPStub { _ in .status(200, #"{"text": "hello", "intent": {"name": "greet"}, "x": [1]}"#) }
        let understood = try await parse(server, token: Secret("t"))
        #expect(understood == ["text": "hello", "intent": ["name": "greet"], "x": [1]])
        #expect(server.requests.first?.target == "/model/parse")
        #expect(server.requests.first?.json == ["token": "t", "text": "hello", "message_id": "ann"])
        _ = try await parse(server)
        #expect(server.requests.last?.json["token"] == JSON.null)
    }

    @Test("a retrieval intent gets the name of the response that it stands for")
    func retrieval() async throws {
        let server = try HTTPStub { _ in
            .status(
                200,
                #"{"intent": {"name": "faq"}, "response_selector": {"all_retrieval_intents": ["faq"], "#
                    + #""faq": {"response": {"intent_response_key": "faq/price"}}}}"#)
        }
        #expect(try await parse(server)["intent"] == ["name": "faq", "full_retrieval_intent_name": "faq/price"])
        let other = try HTTPStub { _ in
            .status(200, #"{"intent": {"name": "greet"}, "response_selector": {"all_retrieval_intents": ["faq"]}}"#)
        }
        #expect(try await parse(other)["intent"] == ["name": "greet"])
    }

    @Test(
        "whatever else it says, the message is understood as nothing", arguments: ["500", "list", "garbage", "close"])
    func faults(kind: String) async throws {
        let server = try HTTPStub { _ in
            switch kind {
            case "500": .status(500, "{}")
            case "list": .status(200, "[]")
            case "garbage": .status(200, "}{")
            default: .close
            }
        }
        #expect(try await parse(server) == ["intent": ["name": "", "confidence": 0.0], "entities": [], "text": ""])
    }
}
