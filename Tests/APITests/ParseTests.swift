import Channels
import ConversationSupport
import HTTPServer
import JSON
import NIOCore
import Testing

@testable import API

@Suite("POST /model/parse")
struct ParseTests {
    private func parse(_ body: String, _ query: String = "") async throws -> Response {
        var options = APIOptions(version: "0")
        options.isEnabled = true
        let responder = try APIResponder(
            service: FakeService(), models: FakeModels(), jobs: FakeJobs(), channels: [], options: options)
        let request = HTTPRequest(method: .post, target: "/model/parse\(query)", body: ByteBuffer(string: body))
        return Response(await responder.respond(to: request))
    }

    @Test("gives the text to the model", arguments: [#"{"text": "hi"}"#, #"{"text": ["hi", 5], "model": "x"}"#])
    func texts(body: String) async throws {
        #expect(try await parse(body).json == ["text": "hi"])
        #expect(try await parse(body, "?emulation_mode=").json == ["text": "hi"])
    }

    @Test(
        "refuses bodies without a text",
        arguments: ["{}", #"{"text": null}"#, #"{"text": 5}"#, #"{"text": []}"#, #"{"q": "hi"}"#, "[]", "\"hi\"", "{'"])
    func refusals(body: String) async throws {
        let response = try await parse(body)
        #expect(response.status == 400)
        #expect(response.json["reason"] == "ParsingError")
        #expect(response.isAPIError)
    }

    @Test("wants a body first and a known mode then")
    func order() async throws {
        #expect(try await parse("", "?emulation_mode=NOPE").json["reason"] == "BadRequest")
        let mode = try await parse("{}", "?emulation_mode=NOPE")
        #expect(mode.status == 400)
        #expect(mode.json["details"] == ["parameter": "emulation_mode", "in": "query"])
        #expect(try await parse("{}", "?emulation_mode=none").json["reason"] == "BadRequest")
    }

    private static let parsed: JSON = [
        "text": "ich heiße Grace from London",
        "intent": ["name": "introduce", "confidence": 0.9],
        "entities": [
            [
                "entity": "nickname", "start": 10, "end": 15, "confidence_entity": 0.8, "value": "grace",
                "extractor": "DIETClassifier",
            ],
            ["entity": "city", "role": "home", "start": 21, "end": 27, "value": "London"],
        ],
        "intent_ranking": [
            ["name": "introduce", "confidence": 0.9], ["name": "greet", "confidence": 0.1],
        ],
    ]

    @Test("answers in LUIS' form", arguments: ["LUIS", "luis"])
    func luis(mode: String) throws {
        let response = try Emulation(query: Query("emulation_mode=\(mode)")).rendered(ParseTests.parsed)
        #expect(response["query"] == ParseTests.parsed["text"])
        #expect(response["prediction"]?["topIntent"] == "introduce")
        #expect(response["prediction"]?["intents"] == ["introduce": ["score": 0.9], "greet": ["score": 0.1]])
        let entities = try #require(response["prediction"]?["entities"])
        #expect(entities["nickname"] == ["grace"])
        #expect(entities["home"] == ["London"])
        #expect(
            entities["$instance"]?["nickname"] == [
                [
                    "role": nil, "type": "nickname", "text": "grace", "startIndex": 10, "length": 5, "score": nil,
                    "modelType": "DIETClassifier",
                ]
            ])
    }

    @Test("answers in wit.ai's form")
    func wit() async throws {
        let response = Emulation.wit.rendered(ParseTests.parsed)
        #expect(response["intents"] == [["name": "introduce", "confidence": 0.9]])
        #expect(response["entities"]?["nickname:nickname"]?.array?.first?["body"] == "Grace")
        #expect(response["entities"]?["nickname:nickname"]?.array?.first?["confidence"] == 0.8)
        #expect(response["entities"]?["city:home"]?.array?.first?["confidence"] == 1)
        #expect(response["entities"]?["city:home"]?.array?.first?["role"] == "home")
    }

    @Test("answers in Dialogflow's form")
    func dialogflow() async throws {
        let response = Emulation.dialogflow.rendered(ParseTests.parsed)
        #expect(response["responseId"]?.string?.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(response["queryResult"]?["parameters"] == ["nickname": ["grace"], "city": ["London"]])
        #expect(response["queryResult"]?["intentDetectionConfidence"] == 0.9)
    }
}
