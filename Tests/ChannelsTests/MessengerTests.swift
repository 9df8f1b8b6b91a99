import Assistant
import ConversationSupport
import Cryptography
import Dialogue
import Encodings
import HTTPServer
import JSON
import Testing

@testable import Channels

@Suite("Messengers")
struct MessengerTests {
    private static let all = [
        BotUttered(text: "hello", data: [:]),
        BotUttered(text: "choose", data: ["buttons": [["title": "Yes", "payload": "/yes"]]]),
        BotUttered(text: nil, data: ["image": "https://p/1.png"]),
    ]

    @Test("Facebook: signed messages once, with signs and every kind of reply")
    func facebook() async throws {
        try await withContext(replies: Self.all) { context in
            let channel = try context.channel(
                "facebook", "{verify: v, secret: s, page-access-token: t, api_url: URL}")
            let body = #"{"entry":[{"messaging":[{"sender":{"id":"7"},"message":{"mid":"m1","text":"hi"}}]}]}"#
            let signature = Hexadecimal.text(Digest.sha256.code(of: Array(body.utf8), key: Array("s".utf8)))
            for _ in 1...2 {
                let response = try await context.ask(
                    channel, .post, "/webhooks/facebook/webhook", body,
                    fields: [("x-hub-signature-256", "sha256=\(signature)")])
                #expect(response.text == "success")
            }
            #expect(context.service.messages.map(\.text) == ["hi"])
            let calls = context.platform.calls.compactMap(\.json)
            #expect(calls.compactMap { $0["sender_action"]?.string } == ["mark_seen", "typing_on", "typing_off"])
            #expect(
                calls.compactMap { $0["message"] } == [
                    ["text": "hello"],
                    [
                        "attachment": [
                            "type": "template",
                            "payload": [
                                "template_type": "button", "text": "choose",
                                "buttons": [["title": "Yes", "payload": "/yes", "type": "postback"]],
                            ],
                        ]
                    ],
                    ["attachment": ["type": "image", "payload": ["url": "https://p/1.png"]]],
                ])
            #expect(context.platform.calls.allSatisfy { $0.path == "/me/messages" && $0.query == "access_token=t" })
        }
    }

    @Test("Slack: events in a thread, after the answer")
    func slack() async throws {
        try await withContext(replies: Self.all) { context in
            let channel = try context.channel(
                "slack", "{slack_token: t, slack_signing_secret: s, use_threads: true, api_url: URL}")
            let body =
                #"{"event_id":"e1","authorizations":[{"user_id":"B"}],"event":{"type":"message","channel_type":"im","#
                + #""channel":"C","user":"U","ts":"1.2","text":"<@B> see <https://a.b|a.b>"}}"#
            for _ in 1...2 {
                let response = try await context.ask(
                    channel, .post, "/webhooks/slack/webhook", body, fields: Self.signed(body))
                #expect(response == (200, ""))
            }
            await context.context.background.finish(within: .seconds(5))
            let message = try #require(context.service.messages.first)
            #expect(context.service.messages.count == 1)
            #expect(message.text == "see a.b")
            #expect(message.conversation == "U")
            #expect(message.metadata == ["out_channel": "C", "thread_id": "1.2", "users": ["B"]])
            let calls = context.platform.calls
            #expect(calls.allSatisfy { $0.path == "/chat.postMessage" && $0.authorization == "Bearer t" })
            #expect(calls.allSatisfy { $0.json?["thread_ts"] == "1.2" && $0.json?["channel"] == "C" })
            #expect(calls.count == 3)
        }
    }

    private static func signed(_ body: String) -> [(String, String)] {
        let now = String(RecentTime.now())
        let code = Digest.sha256.code(of: Array("v0:\(now):\(body)".utf8), key: Array("s".utf8))
        return [
            ("content-type", "application/json"), ("x-slack-request-timestamp", now),
            ("x-slack-signature", "v0=\(Hexadecimal.text(code))"),
        ]
    }

    @Test("Telegram: the webhook at the start, then messages, buttons and places")
    func telegram() async throws {
        try await withContext(
            replies: Self.all,
            responses: { call, _ in
                .json(
                    Array(
                        (call.path.hasSuffix("getMe")
                            ? #"{"ok":true,"result":{"username":"bot"}}"# : #"{"ok":true,"result":true}"#).utf8))
            }
        ) { context in
            let channel = try context.channel(
                "telegram", "{access_token: t, verify: bot, webhook_url: 'https://me', api_url: URL}")
            try await channel.start()
            #expect(context.platform.calls.map(\.path) == ["/bott/setWebhook"])
            #expect(context.platform.calls.first?.json == ["url": "https://me"])
            let updates = [
                #"{"update_id":1,"message":{"chat":{"id":5},"text":"hi"}}"#,
                #"{"update_id":2,"callback_query":{"data":"/yes","message":{"chat":{"id":5}}}}"#,
                #"{"update_id":3,"message":{"chat":{"id":5},"location":{"longitude":1.5,"latitude":2.25}}}"#,
                #"{"update_id":3,"message":{"chat":{"id":5},"text":"again"}}"#,
                #"{"update_id":4,"channel_post":{}}"#,
            ]
            for update in updates {
                let response = try await context.ask(channel, .post, "/webhooks/telegram/webhook", update)
                #expect(response.text == "success")
            }
            #expect(context.service.messages.map(\.text) == ["hi", "/yes", #"{"lng":1.5, "lat":2.25}"#])
            #expect(context.service.messages.allSatisfy { $0.conversation == "5" })
            let methods = context.platform.calls.dropFirst().prefix(4).map(\.path)
            #expect(methods == ["/bott/getMe", "/bott/sendMessage", "/bott/sendMessage", "/bott/sendPhoto"])
        }
    }

    @Test("Twilio: forms in, REST out, signatures where the address is known")
    func twilio() async throws {
        try await withContext(replies: Self.all) { context in
            let channel = try context.channel(
                "twilio",
                "{account_sid: AC, auth_token: '12345', twilio_number: '+1', webhook_url: 'https://me/h', api_url: URL}"
            )
            let form = "From=%2B49&Body=hi+there&MessageSid=S1"
            let code = Digest.sha1.code(
                of: Array("https://me/hBodyhi thereFrom+49MessageSidS1".utf8), key: Array("12345".utf8))
            let type = ("content-type", "application/x-www-form-urlencoded")
            let unsigned = try await context.ask(channel, .post, "/webhooks/twilio/webhook", form, fields: [type])
            #expect(unsigned.status == 403)
            let response = try await context.ask(
                channel, .post, "/webhooks/twilio/webhook", form,
                fields: [type, ("x-twilio-signature", Base64.encode(code))])
            #expect(response.status == 204)
            #expect(context.service.messages.map(\.text) == ["hi there"])
            let calls = context.platform.calls
            #expect(calls.first?.path == "/2010-04-01/Accounts/AC/Messages.json")
            #expect(calls.first?.authorization == "Basic \(Base64.encode(Array("AC:12345".utf8)))")
            #expect(
                calls.map(\.body) == [
                    "To=%2B49&From=%2B1&Body=hello", "To=%2B49&From=%2B1&Body=choose",
                    "To=%2B49&From=%2B1&Body=1%3A%20Yes%20%28%2Fyes%29",
                    "To=%2B49&From=%2B1&MediaUrl=https%3A%2F%2Fp%2F1.png",
                ])
        }
    }

    @Test("Twilio Voice: calls go on where Twilio calls, which a proxy may have under another path")
    func calls() async throws {
        try await withContext(replies: Self.all) { context in
            let type = ("content-type", "application/x-www-form-urlencoded")
            let path = "/webhooks/twilio_voice/webhook"
            let form = "From=%2B49&SpeechResult=hi"
            let address = "https://me/assistant\(path)"
            let signed = try context.channel("twilio_voice", "{auth_token: '12345', webhook_url: '\(address)'}")
            let code = Digest.sha1.code(
                of: Array("\(address)From+49SpeechResulthi".utf8), key: Array("12345".utf8))
            let response = try await context.ask(
                signed, .post, path, form, fields: [type, ("x-twilio-signature", Base64.encode(code))])
            #expect(response.text.contains("<Gather action=\"\(address)\""), "\(response)")
            let open = try context.channel("twilio_voice", "{}")
            let other = try await context.ask(open, .post, path, form, fields: [type])
            #expect(other.text.contains("<Gather action=\"\(path)\""), "\(other)")
        }
    }

    @Test("Webex: asks for the message, and does not talk to itself")
    func webex() async throws {
        try await withContext(
            replies: Self.all,
            responses: { call, _ in
                switch call.path {
                case "/people/me": .json(Array(#"{"id":"bot"}"#.utf8))
                case "/messages/own": .json(Array(#"{"personId":"bot","roomId":"R","text":"x"}"#.utf8))
                case "/messages/m1": .json(Array(#"{"personId":"p","roomId":"R","text":"hi"}"#.utf8))
                default: .json(Array("{}".utf8))
                }
            }
        ) { context in
            let channel = try context.channel("webexteams", "{access_token: t, api_url: URL}")
            let own = try await context.ask(channel, .post, "/webhooks/webexteams/webhook", #"{"data":{"id":"own"}}"#)
            #expect(own.text == "OK")
            _ = try await context.ask(channel, .post, "/webhooks/webexteams/webhook", #"{"data":{"id":"m1"}}"#)
            #expect(context.service.messages.map(\.conversation) == ["R"])
            let sent = context.platform.calls.filter { $0.method == "POST" }
            #expect(sent.first?.json == ["roomId": "R", "text": "hello"])
            #expect(sent.last?.json == ["roomId": "R", "files": ["https://p/1.png"]])
        }
    }

    @Test("Rocket.Chat: logs in once, and again where the server has forgotten it")
    func rocketChat() async throws {
        try await withContext(
            replies: Self.all,
            responses: { call, count in
                if call.path == "/api/v1/login" {
                    return .json(Array(#"{"status":"success","data":{"authToken":"a","userId":"u"}}"#.utf8))
                }
                return HTTPResponse(status: count == 2 ? .unauthorized : .ok)
            }
        ) { context in
            let channel = try context.channel("rocketchat", "{user: bot, password: p, server_url: URL}")
            let said = #"{"user_name":"me","text":"hi","channel_id":"R","message_id":"1"}"#
            _ = try await context.ask(channel, .post, "/webhooks/rocketchat/webhook", said)
            let calls = context.platform.calls
            #expect(calls.map(\.path).filter { $0 == "/api/v1/login" }.count == 2)
            #expect(calls.last?.json?["attachments"] == [["image_url": "https://p/1.png", "collapsed": false]])
            #expect(context.service.messages.map(\.conversation) == ["R"])
        }
    }

    @Test("Rocket.Chat: what the server refuses is said once")
    func refusedByRocketChat() async throws {
        try await withContext(
            replies: [BotUttered(text: "hello", data: [:])],
            responses: { call, _ in
                call.path == "/api/v1/login"
                    ? .json(Array(#"{"status":"success","data":{"authToken":"a","userId":"u"}}"#.utf8))
                    : HTTPResponse(status: .badRequest)
            }
        ) { context in
            let channel = try context.channel("rocketchat", "{user: bot, password: p, server_url: URL}")
            let said = #"{"user_name":"me","text":"hi","channel_id":"R","message_id":"1"}"#
            _ = try await context.ask(channel, .post, "/webhooks/rocketchat/webhook", said)
            #expect(context.platform.calls.map(\.path) == ["/api/v1/login", "/api/v1/chat.postMessage"])
        }
    }

    @Test("Mattermost: the text behind the trigger word, and buttons")
    func mattermost() async throws {
        try await withContext(replies: Self.all) { context in
            let channel = try context.channel("mattermost", "{url: URL, token: t, webhook_url: 'https://me'}")
            let said = #"{"trigger_word":"bot","text":"@bot hi you","user_id":"U","channel_id":"C","post_id":"1"}"#
            _ = try await context.ask(channel, .post, "/webhooks/mattermost/webhook", said)
            let pressed = #"{"context":{"action":"/yes"},"user_id":"U","channel_id":"C"}"#
            _ = try await context.ask(channel, .post, "/webhooks/mattermost/webhook", pressed)
            #expect(context.service.messages.map(\.text) == ["hi you", "/yes"])
            #expect(context.platform.calls.first?.json == ["channel_id": "C", "message": "hello"])
            #expect(context.platform.calls.first?.authorization == "Bearer t")
        }
    }

    @Test("What the credentials lack is named with its place", arguments: ChannelCatalog.supported)
    func missingSettings(name: String) async throws {
        guard !["rest", "cmdline", "hangouts", "twilio_voice", "socketio"].contains(name) else { return }
        try await withContext { context in
            let error = #expect(throws: ChannelError.self) { try context.channel(name, "{nothing: 1}") }
            #expect(error?.message.hasPrefix("credentials.yml:1: ") == true)
        }
    }
}
