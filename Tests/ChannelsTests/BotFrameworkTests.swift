import Assistant
import ConversationSupport
import Dialogue
import HTTPServer
import JSON
import TestSupport
import Testing

@testable import Channels

@Suite("The Bot Framework")
struct BotFrameworkTests {
    private static let key = SigningKey()
    private static let path = "/webhooks/botframework/webhook"
    private static let settings = "{app_id: app, app_password: word, openid_url: URL/openid, api_url: URL}"

    /// What a token of the platform says; nil takes a claim away.
    private static func claims(_ changes: [String: JSON?] = [:]) -> String {
        let now = RecentTime.now()
        var claims: [String: JSON] = [
            "iss": "https://api.botframework.com", "aud": "app", "nbf": .int(now), "exp": .int(now + 600),
        ]
        for (name, value) in changes { claims[name] = value }
        return JSON.object(.init(claims.map { ($0, $1) })).text()
    }

    private static func activity(_ url: String, id: String, from channel: String) -> String {
        #"{"type":"message","id":"\#(id)","channelId":"\#(channel)","text":"hi","serviceUrl":"\#(url)","conversation":{"id":"room"},"#
            + #""from":{"id":"me"},"recipient":{"id":"bot"},"attachments":[{"name":"a"}]}"#
    }

    private func ask(
        _ context: ChannelTestContext, _ channel: any Channels.Channel, _ token: String?, id: String = "1",
        from place: String = "emulator", service: String? = nil
    ) async throws -> (status: Int, text: String) {
        var fields = [("content-type", "application/json")]
        if let token { fields.append(("authorization", token)) }
        return try await context.ask(
            channel, .post, Self.path, Self.activity(service ?? context.url, id: id, from: place), fields: fields)
    }

    @Test("has signed messages answered once, at the service that they name, with a token of the bot's")
    func responses() async throws {
        let platform = SigningPlatform("k1", Self.key)
        let replies = [
            BotUttered(text: "hello\n\nyou", data: [:]),
            BotUttered(text: "choose", data: ["buttons": [["title": "Yes", "payload": "/yes"]]]),
            BotUttered(text: nil, data: ["image": "https://p/1.png"]),
            BotUttered(text: nil, data: ["custom": ["text": "mine", "channelData": ["a": 1]]]),
            BotUttered(text: nil, data: ["elements": [["text": "element"]]]),
        ]
        try await withContext(replies: replies, responses: { call, _ in platform.respond(call) }) { context in
            let channel = try context.channel("botframework", Self.settings)
            try await channel.start()
            let token = "Bearer \(Self.key.token(Self.claims(["serviceurl": .string(context.url)]), keyID: "k1"))"
            for _ in 1...2 {
                let response = try await ask(context, channel, token)
                #expect(response == (200, "success"))
            }
            #expect(context.service.messages.map(\.text) == ["hi"])
            #expect(context.service.messages.first?.conversation == "me")
            #expect(context.service.messages.first?.metadata == ["attachments": [["name": "a"]]])
            let calls = context.platform.calls
            #expect(calls.map(\.path).filter { $0.hasSuffix("/token") }.count == 1)
            #expect(
                calls.first { $0.path.hasSuffix("/token") }?.body
                    == "client_id=app&client_secret=word&grant_type=client_credentials"
                    + "&scope=https%3A%2F%2Fapi.botframework.com%2F.default")
            let sent = calls.filter { $0.path == "/v3/conversations/room/activities" }
            #expect(sent.allSatisfy { $0.authorization == "Bearer own" })
            let common: JSONObject = [
                "type": "message", "recipient": ["id": "me"], "from": ["id": "bot"],
                "channelData": ["notification": ["alert": "true"]],
            ]
            #expect(
                sent.first?.json == .object(common.merging(["text": "hello"]) { $1 }))
            #expect(sent.compactMap { $0.json?["text"]?.string } == ["hello", "you", "", "", "mine", "element"])
            #expect(
                sent[2].json?["attachments"] == [
                    [
                        "contentType": "application/vnd.microsoft.card.hero",
                        "content": ["subtitle": "choose", "buttons": [["title": "Yes", "payload": "/yes"]]],
                    ]
                ])
            #expect(
                sent[3].json?["attachments"]?.array?.first?["content"] == ["images": [["url": "https://p/1.png"]]])
            #expect(sent[4].json?["channelData"] == ["a": 1, "notification": ["alert": "true"]])
            #expect(sent[4].json?["recipient"] == ["id": "me"])
        }
    }

    @Test("refuses what the platform did not sign for this bot and this time")
    func refusals() async throws {
        let platform = SigningPlatform("k1", Self.key)
        try await withContext(responses: { call, _ in platform.respond(call) }) { context in
            let channel = try context.channel("botframework", Self.settings)
            try await channel.start()
            let now = RecentTime.now()
            let key = Self.key
            let invalid: [(String, String)] = [
                ("issuer", key.token(Self.claims(["iss": "https://evil"]), keyID: "k1")),
                ("no issuer", key.token(Self.claims(["iss": .none]), keyID: "k1")),
                ("audience", key.token(Self.claims(["aud": "other"]), keyID: "k1")),
                ("no audience", key.token(Self.claims(["aud": .none]), keyID: "k1")),
                ("expired", key.token(Self.claims(["exp": .int(now - 301)]), keyID: "k1")),
                ("no end", key.token(Self.claims(["exp": .none]), keyID: "k1")),
                ("too early", key.token(Self.claims(["nbf": .int(now + 400)]), keyID: "k1")),
                ("other service", key.token(Self.claims(["serviceurl": "https://evil"]), keyID: "k1")),
                ("other key", SigningKey().token(Self.claims(), keyID: "k1")),
                ("unknown key", key.token(Self.claims(), keyID: "k9")),
                ("no key", key.token(Self.claims())),
                ("none", TokenMaker.unsigned(Self.claims(), keyID: "k1")),
                ("key taken for a secret", TokenMaker.hs256(Self.claims(), secret: key.publicPEM, keyID: "k1")),
                ("garbage", "a.b.c"), ("long", String(repeating: "a", count: 100_000)),
            ]
            for (name, token) in invalid {
                let response = try await ask(context, channel, "Bearer \(token)")
                #expect(response == (401, "Could not validate JWT token."), "\(name)")
            }
            let none = try await ask(context, channel, nil)
            #expect(none == (401, "No authorization header provided."))
            let basic = try await ask(context, channel, "Basic abc")
            #expect(basic == (401, "No Bearer token provided in Authorization header."))
            #expect(context.service.messages.isEmpty)
            let inTime = try await ask(
                context, channel, "Bearer \(key.token(Self.claims(["exp": .int(now - 100)]), keyID: "k1"))")
            #expect(inTime.status == 200)
            for service in ["http+unix://%2Ftmp%2Fa", "unix:///tmp/a", "file:///a", "a", ""] {
                let claims = Self.claims(["serviceurl": .string(service)])
                let response = try await ask(
                    context, channel, "Bearer \(key.token(claims, keyID: "k1"))", id: service, service: service)
                #expect(response.status == 400, "\(service)")
            }
        }
    }

    @Test("takes a key for the channels only that the platform names with it")
    func endorsements() async throws {
        let platform = SigningPlatform("k1", Self.key, endorsements: ["msteams", "slack"])
        try await withContext(responses: { call, _ in platform.respond(call) }) { context in
            let channel = try context.channel("botframework", Self.settings)
            try await channel.start()
            let token = "Bearer \(Self.key.token(Self.claims(), keyID: "k1"))"
            #expect(try await ask(context, channel, token, from: "slack").status == 200)
            let response = try await ask(context, channel, token, id: "2", from: "webchat")
            #expect(response == (401, "Could not validate JWT token."))
        }
    }

    @Test("follows the platform to new keys, and goes on with the old ones while it is away")
    func rotation() async throws {
        let platform = SigningPlatform("k1", Self.key)
        let next = SigningKey()
        try await withContext(responses: { call, _ in platform.respond(call) }) { context in
            let channel = try context.channel("botframework", Self.settings)
            try await channel.start()
            let old = "Bearer \(Self.key.token(Self.claims(), keyID: "k1"))"
            let new = "Bearer \(next.token(Self.claims(), keyID: "k2"))"
            #expect(try await ask(context, channel, old).status == 200)
            platform.rotate(to: "k2", next)
            #expect(try await ask(context, channel, new, id: "2").status == 200)
            #expect(try await ask(context, channel, old, id: "3").status == 401)
            platform.fallSilent()
            #expect(try await ask(context, channel, new, id: "4").status == 200)
            #expect(try await ask(context, channel, old, id: "5").status == 401)
        }
    }

    @Test("does not start while the platform tells no keys; a worker that serves anyway asks callers to come again")
    func away() async throws {
        try await withContext { context in
            let channel = try context.channel(
                "botframework", "{app_id: app, app_password: word, openid_url: 'http://127.0.0.1:9/'}")
            await #expect(throws: ChannelError.self) { try await channel.start() }
            let token = "Bearer \(Self.key.token(Self.claims(), keyID: "k1"))"
            #expect(try await ask(context, channel, token).status == 503)
        }
    }
}
