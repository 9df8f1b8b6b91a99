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
        try await withBench(replies: replies) { bench in
            let channel = try bench.channel("callback", "url: URL/bot")
            let answer = try await bench.ask(
                channel, .post, "/webhooks/callback/webhook", #"{"sender": "me", "message": "hi"}"#)
            #expect(answer.text == "success")
            #expect(
                bench.platform.calls.map(\.json) == [
                    ["recipient_id": "me", "text": "one"], ["recipient_id": "me", "text": "two"],
                    ["recipient_id": "me", "image": "https://p/1"],
                ])
            #expect(bench.service.messages.map(\.inputChannel) == ["callback"])
            await channel.end()
        }
    }

    @Test("tries three times where the address fails, and once where it refuses", arguments: [(503, 3), (400, 1)])
    func retries(status: Int, attempts: Int) async throws {
        try await withBench(answers: { _, _ in HTTPResponse(status: HTTPStatus(code: status)) }) { bench in
            let channel = try bench.channel("callback", "url: URL/bot")
            _ = try await bench.ask(channel, .post, "/webhooks/callback/webhook", #"{"message": "hi"}"#)
            #expect(bench.platform.calls.count == attempts)
            await channel.end()
        }
    }
}
