import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("A message that a platform sends again is dropped, whichever worker it reaches", .ownThread)
struct RepeatedMessageTests {
    /// Two servers of one worker each, that share a Redis: what comes to the other surely comes to another worker.
    private struct Fleet {
        let platform: HTTPStub
        let servers: [ParleyServer]

        init(_ credentials: String, platform: HTTPStub) throws {
            self.platform = platform
            let redis = try RedisServer()
            let text = credentials.replacing("URL", with: "http://127.0.0.1:\(platform.port)")
            servers = try (1...2).map { _ in try ParleyServer(redis: redis, stub: platform, credentials: text) }
        }

        /// The texts of the user in a conversation.
        func said(by user: String) throws -> [String] {
            try servers[0].events(of: user).filter { $0["event"] == "user" }.compactMap { $0["text"]?.string }
        }
    }

    /// A platform that agrees to everything.
    private static func friendly() throws -> HTTPStub {
        try HTTPStub { request in
            if request.head.contains("getMe") || request.head.contains("setWebhook") {
                return .status(200, #"{"ok": true, "result": {"username": "bot"}}"#)
            }
            if request.head.hasPrefix("GET /people/me") { return .status(200, #"{"id": "bot"}"#) }
            if request.head.hasPrefix("GET /messages/m1") {
                return .status(200, #"{"personId": "p", "roomId": "ann", "text": "hello"}"#)
            }
            if request.head.contains("/login") {
                return .status(200, #"{"status": "success", "data": {"authToken": "a", "userId": "u"}}"#)
            }
            return .status(200, #"{"ok": true}"#)
        }
    }

    /// A message of a platform: what the credentials say, the path, the body and the headers, if they need the time.
    struct PlatformClient: Sendable, CustomTestStringConvertible {
        let channel: String
        let credentials: String
        let body: String
        var headers: @Sendable (String) -> [String] = { _ in [] }

        var testDescription: String { channel }
    }

    static let deliveries = [
        PlatformClient(
            channel: "facebook", credentials: "{verify: v, secret: s, page-access-token: t, api_url: URL}",
            body: #"{"entry":[{"messaging":[{"sender":{"id":"ann"},"message":{"mid":"m1","text":"hello"}}]}]}"#,
            headers: { ["X-Hub-Signature-256: sha256=\(MessageCode.sha256($0, key: "s"))"] }),
        PlatformClient(
            channel: "slack", credentials: "{slack_token: t, slack_signing_secret: s, api_url: URL}",
            body:
                #"{"event_id":"e1","authorizations":[{"user_id":"B"}],"event":{"type":"message","#
                + #""channel_type":"im","channel":"C","user":"ann","ts":"1.2","text":"hello"}}"#,
            headers: { body in
                let now = time(nil)
                return [
                    "X-Slack-Request-Timestamp: \(now)",
                    "X-Slack-Signature: v0=\(MessageCode.sha256("v0:\(now):\(body)", key: "s"))",
                    "Content-Type: application/json",
                ]
            }),
        PlatformClient(
            channel: "telegram", credentials: "{access_token: t, verify: bot, webhook_url: 'https://me', api_url: URL}",
            body: #"{"update_id":1,"message":{"chat":{"id":"ann"},"text":"hello"}}"#),
        PlatformClient(
            channel: "twilio", credentials: "{account_sid: A, auth_token: t, twilio_number: '+1', api_url: URL}",
            body: "From=ann&Body=hello&MessageSid=S1",
            headers: { _ in ["Content-Type: application/x-www-form-urlencoded"] }),
        PlatformClient(
            channel: "webexteams", credentials: "{access_token: t, api_url: URL}", body: #"{"data":{"id":"m1"}}"#),
        PlatformClient(
            channel: "mattermost", credentials: "{url: URL, token: t, webhook_url: 'https://me'}",
            body: #"{"trigger_word":"bot","text":"bot hello","user_id":"ann","channel_id":"C","post_id":"1"}"#),
        PlatformClient(
            channel: "rocketchat", credentials: "{user: bot, password: p, server_url: URL}",
            body: #"{"user_name":"me","text":"hello","channel_id":"ann","message_id":"1"}"#),
    ]

    @Test("of every messenger", arguments: deliveries)
    func dropped(_ delivery: PlatformClient) throws {
        let fleet = try Fleet("\(delivery.channel): \(delivery.credentials)\n", platform: try Self.friendly())
        for round in 0..<4 {
            let response = try fleet.servers[round % 2].call(
                "POST", "/webhooks/\(delivery.channel)/webhook", delivery.body, headers: delivery.headers(delivery.body)
            )
            #expect((200..<300).contains(response.status), "\(response.text)")
        }
        // Slack is answered before the turn.
        #expect(try eventually { try !fleet.said(by: "ann").isEmpty })
        #expect(try fleet.said(by: "ann") == ["hello"])
    }

    @Test("It is answered at once while the turn still runs elsewhere")
    func respondedAtOnce() throws {
        let isOpen = DispatchSemaphore(value: 0)
        let platform = try HTTPStub { request in
            if request.head.contains("sendMessage") {
                isOpen.wait()
                isOpen.signal()
            }
            return .status(200, #"{"ok": true, "result": {"username": "bot"}}"#)
        }
        defer { isOpen.signal() }
        let fleet = try Fleet(
            "telegram: {access_token: t, verify: bot, webhook_url: 'https://me', api_url: URL}\n", platform: platform)
        let update = #"{"update_id":1,"message":{"chat":{"id":"ann"},"text":"hello"}}"#
        let first = try HTTPConnection(port: fleet.servers[0].port)
        try first.request("POST", "/webhooks/telegram/webhook", update)
        #expect(eventually { platform.requests.contains { $0.head.contains("sendMessage") } })
        // The first turn cannot end before the platform answers, for which this response does not wait.
        #expect(try fleet.servers[1].call("POST", "/webhooks/telegram/webhook", update).text == "success")
        let asked = platform.requests.filter { $0.head.contains("sendMessage") }.count
        #expect(asked == 1)
        isOpen.signal()
        #expect(try first.response().text == "success")
        #expect(try fleet.said(by: "ann") == ["hello"])
    }
}
