import Assistant
import Channels
import ConversationSupport
import Dialogue
import HTTPServer
import JSON
import Testing

@Suite("The callback channel")
struct CallbackChannelTests {
    @Test("sends each reply to the address, in order")
    func sends() async throws {
        let replies = [
            BotUttered(text: "one\n\ntwo", data: [:]), BotUttered(text: nil, data: ["image": "https://p/1"]),
        ]
        try await withContext(replies: replies) { context in
            let channel = try context.channel("callback", "url: URL/bot")
            let response = try await context.ask(
                channel, .post, "/webhooks/callback/webhook", #"{"sender": "me", "message": "hi"}"#)
            #expect(response.text == "success")
            #expect(
                context.platform.calls.map(\.json) == [
                    ["recipient_id": "me", "text": "one"], ["recipient_id": "me", "text": "two"],
                    ["recipient_id": "me", "image": "https://p/1"],
                ])
            #expect(context.service.messages.map(\.inputChannel) == ["callback"])
            await channel.end()
        }
    }

    @Test("tries three times where the address fails, and once where it refuses", arguments: [(503, 3), (400, 1)])
    func retries(status: Int, attempts: Int) async throws {
        try await withContext(responses: { _, _ in HTTPResponse(status: HTTPStatus(code: status)) }) { context in
            let channel = try context.channel("callback", "url: URL/bot")
            _ = try await context.ask(channel, .post, "/webhooks/callback/webhook", #"{"message": "hi"}"#)
            #expect(context.platform.calls.count == attempts)
            await channel.end()
        }
    }
}
