import Assistant
import Channels
import ConversationSupport
import HTTPServer
import JSON
import NIOCore
import Testing

@Suite("The REST channel")
struct RESTChannelTests {
    private func post(
        _ body: String, query: String = "", to service: FakeService = FakeService()
    ) async throws -> HTTPResponse {
        let channel = RESTChannel(service: service)
        let route = try #require(channel.routes.first { $0.method == .post })
        guard case .task(let handle) = route.handler else { throw WrongKind() }
        let request = HTTPRequest(
            method: .post, target: "/webhooks/rest/webhook\(query)", body: ByteBuffer(string: body))
        return try await handle(RoutedRequest(request: request))
    }

    private struct WrongKind: Error {}

    private func json(_ response: HTTPResponse) throws -> JSON {
        guard case .bytes(let bytes) = response.body else { throw WrongKind() }
        return try JSON(parsing: bytes)
    }

    @Test("is under /webhooks/rest, with a health route")
    func routes() throws {
        let channel = RESTChannel(service: FakeService())
        #expect(channel.routes.map(\.path) == ["/webhooks/rest", "/webhooks/rest/webhook"])
        guard case .atOnce(let handle) = channel.healthRoute.handler else { throw WrongKind() }
        let health = try handle(RoutedRequest(request: HTTPRequest(method: .get, target: "/webhooks/rest/")))
        #expect(try json(health) == ["status": "ok"])
    }

    @Test("answers with the replies, a message for each paragraph")
    func responses() async throws {
        let response = try await post(#"{"sender": "me", "message": " hi "}"#)
        #expect(response.status == .ok)
        #expect(response.contentType == "application/json")
        #expect(
            try json(response) == [
                ["recipient_id": "me", "text": "collector: hi"], ["recipient_id": "me", "text": "again"],
                ["recipient_id": "me", "text": "and again"],
            ])
    }

    @Test(
        "takes any sender",
        arguments: [
            (#"{"message": "hi"}"#, "default"), (#"{"message": "hi", "sender": null}"#, "default"),
            (#"{"message": "hi", "sender": ""}"#, "default"), (#"{"message": "hi", "sender": 42}"#, "42"),
            (#"{"message": "hi", "sender": 0}"#, "0"), (#"{"message": "hi", "sender": 1.0}"#, "1.0"),
            (#"{"message": "hi", "sender": false}"#, "False"), (#"{"message": "hi", "sender": ["x"]}"#, "['x']"),
            (#"{"message": "hi", "sender": {"a": [null, "it's"]}}"#, #"{'a': [None, "it's"]}"#),
            (#"{"message": "hi", "sender": "a/b c"}"#, "a/b c"), (#"{"message": "", "sender": "x"}"#, "x"),
            (#"{"message": "   ", "sender": "y"}"#, "y"), (#"{"message": "hi", "message": "ho", "sender": "z"}"#, "z"),
        ])
    func senders(body: String, sender: String) async throws {
        let service = FakeService()
        _ = try await post(body, to: service)
        #expect(service.messages.map(\.conversation) == [sender])
    }

    @Test(
        "keeps metadata and the input channel",
        arguments: [
            (#"{"message": "hi"}"#, nil, "rest"), (#"{"message": "hi", "metadata": {"a": 1}}"#, ["a": 1], "rest"),
            (#"{"message": "hi", "metadata": {}}"#, nil, "rest"), (#"{"message": "hi", "metadata": ""}"#, nil, "rest"),
            (#"{"message": "hi", "input_channel": "web"}"#, nil, "web"),
            (#"{"message": "hi", "input_channel": ""}"#, nil, "rest"),
            (#"{"message": "hi", "input_channel": 5}"#, nil, "5"),
        ] as [(String, JSON?, String)])
    func extras(body: String, metadata: JSON?, channel: String) async throws {
        let service = FakeService()
        _ = try await post(body, to: service)
        #expect(service.messages.map(\.inputChannel) == [channel])
        #expect(service.messages.first?.metadata == metadata?.object)
    }

    @Test(
        "refuses what is no message",
        arguments: [
            "", "{", "[]", "null", "\"hello\"", "{}", "[{\"sender\": \"x\", \"message\": \"hi\"}]",
            "sender=x&message=hi",
            #"{"sender": "x"}"#, #"{"message": null}"#, #"{"message": 42}"#, #"{"message": ["hello"]}"#,
            #"{"message": {"text": "hello"}}"#,
        ])
    func refusals(body: String) async throws {
        let service = FakeService()
        let error = await #expect(throws: APIError.self) { try await post(body, to: service) }
        #expect(error?.status == .badRequest)
        #expect(service.messages.isEmpty)
    }

    @Test("answers a message with impossible metadata by nothing, as Rasa does")
    func impossibleMetadata() async throws {
        let service = FakeService()
        #expect(try json(await post(#"{"message": "hi", "metadata": "text"}"#, to: service)) == [])
        #expect(service.messages.isEmpty)
    }

    @Test("streams a line for each message when asked", arguments: ["?stream=true", "?stream=True"])
    func streams(query: String) async throws {
        let response = try await post(#"{"sender": "me", "message": "hi"}"#, query: query)
        #expect(response.contentType == "text/event-stream")
        guard case .stream(let produce) = response.body else { throw WrongKind() }
        let writer = MemoryWriter()
        try await produce(writer)
        #expect(
            writer.parts == [
                "{\"recipient_id\":\"me\",\"text\":\"queue: hi\"}\n",
                "{\"recipient_id\":\"me\",\"text\":\"again\"}\n{\"recipient_id\":\"me\",\"text\":\"and again\"}\n",
            ])
    }

    @Test("passes failures on, streaming or not")
    func failures() async throws {
        let service = FakeService(failure: CancellationError())
        await #expect(throws: CancellationError.self) { try await post(#"{"message": "hi"}"#, to: service) }
        let response = try await post(#"{"message": "hi"}"#, query: "?stream=true", to: service)
        guard case .stream(let produce) = response.body else { throw WrongKind() }
        await #expect(throws: CancellationError.self) { try await produce(MemoryWriter()) }
    }
}
