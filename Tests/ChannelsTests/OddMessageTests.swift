import Assistant
import ConversationSupport
import Cryptography
import Dialogue
import Encodings
import HTTPServer
import JSON
import Testing

@testable import Channels

@Suite("What platforms send besides")
struct OddMessageTests {
    private static let form = [("content-type", "application/x-www-form-urlencoded")]

    private func signed(_ body: String, _ type: String) -> [(String, String)] {
        let now = String(RecentTime.now())
        let code = Digest.sha256.code(of: Array("v0:\(now):\(body)".utf8), key: Array("s".utf8))
        return [
            ("content-type", type), ("x-slack-request-timestamp", now),
            ("x-slack-signature", "v0=\(Hexadecimal.text(code))"),
        ]
    }

    @Test(
        "Slack: what no message can be made of is the sender's mistake",
        arguments: [
            #"{"actions":[{"type":"radio_buttons"}]}"#, #"{"actions":[]}"#, #"{"type":"view_submission"}"#,
            #"{"actions":[{"type":"static_select","selected_option":null}]}"#, "[]",
        ])
    func slackActions(payload: String) async throws {
        try await withContext { context in
            let channel = try context.channel("slack", "{slack_token: t, slack_signing_secret: s, api_url: URL}")
            let body = "payload=\(Percent.encode(payload))"
            let response = try await context.ask(
                channel, .post, "/webhooks/slack/webhook", body, fields: signed(body, Self.form[0].1))
            #expect(response.0 == 400)
        }
    }

    @Test("Slack: a proxy of the credentials passes the calls on")
    func slackProxy() async throws {
        try await withContext(responses: { _, _ in HTTPResponse(status: .forbidden) }) { context in
            let channel = try context.channel("slack", "{slack_token: t, slack_signing_secret: s, proxy: URL}")
            let body =
                #"{"event":{"type":"message","channel_type":"im","channel":"C","user":"U","ts":"1","text":"hi"}}"#
            _ = try await context.ask(
                channel, .post, "/webhooks/slack/webhook", body, fields: signed(body, "application/json"))
            await context.context.background.finish(within: .seconds(5))
            #expect(context.platform.calls.first?.method == "CONNECT")
            #expect(context.platform.calls.first?.path == "slack.com:443")
            await channel.end()
        }
    }

    @Test(
        "Slack: a proxy that is none is refused", arguments: ["localhost", "https://h", "http://", "http://h:x", "''"])
    func badProxy(address: String) async throws {
        try await withContext { context in
            #expect(throws: ChannelError.self) {
                try context.channel("slack", "{slack_token: t, slack_signing_secret: s, proxy: \(address)}")
            }
        }
    }

    @Test(
        "Facebook: what nobody said is ignored",
        arguments: [
            #"{"message":{"text":"hi"}}"#, #"{"sender":{"id":"7"},"message":{"text":"hi","is_echo":true}}"#,
            #"{"sender":{"id":"7"},"message":{"is_echo":true,"attachments":[{"type":"image","payload":{"url":"u"}}]}}"#,
            #"{"sender":{"id":"7"},"message":{"attachments":[]}}"#, #"{"sender":{"id":"7"},"postback":{}}"#,
            #"{"sender":{"id":"7"},"read":{"watermark":1}}"#,
        ])
    func facebookEvents(event: String) async throws {
        try await withContext { context in
            let channel = try context.channel("facebook", "{verify: v, secret: s, page-access-token: t, api_url: URL}")
            let body = #"{"entry":[{"messaging":[\#(event)]}]}"#
            let signature = Hexadecimal.text(Digest.sha1.code(of: Array(body.utf8), key: Array("s".utf8)))
            let response = try await context.ask(
                channel, .post, "/webhooks/facebook/webhook", body, fields: [("x-hub-signature", "sha1=\(signature)")])
            #expect(response == (200, "success"))
            #expect(context.service.messages.isEmpty)
            #expect(context.platform.calls.isEmpty)
        }
    }

    @Test("Twilio: an empty field is none, and nothing goes out for what the credentials lack")
    func twilio() async throws {
        let reply = BotUttered(text: nil, data: ["custom": ["messaging_service_sid": nil, "body": "hi"]])
        try await withContext(replies: [reply]) { context in
            let channel = try context.channel("twilio", "{account_sid: AC, auth_token: w, api_url: URL}")
            for body in ["From=%2B49&Body=&MediaUrl0=x", "From=&Body=hi", "From=%2B49"] {
                let response = try await context.ask(
                    channel, .post, "/webhooks/twilio/webhook", body, fields: Self.form)
                #expect(response.status == 204)
            }
            #expect(context.service.messages.isEmpty)
            let body = "From=%2B49&Body=hi&Latitude=&Longitude=1"
            _ = try await context.ask(channel, .post, "/webhooks/twilio/webhook", body, fields: Self.form)
            #expect(context.service.messages.map(\.text) == ["hi"])
            #expect(context.platform.calls.map(\.body) == ["Body=hi&To=%2B49"])
        }
    }

    @Test("Calls: who says nothing hears the last words again, as they are")
    func silence() async throws {
        let said = Event(.bot(BotUttered(text: "Thé \"& <gâteaux> 🍰", data: [:])), timestamp: 1)
        try await withContext(stored: [said]) { context in
            let channel = try context.channel("twilio_voice", "{}")
            for body in ["From=%2B49&SpeechResult=", "From=%2B49&CallStatus=in-progress"] {
                let response = try await context.ask(
                    channel, .post, "/webhooks/twilio_voice/webhook", body, fields: Self.form)
                #expect(response.text.contains(#"<Say voice="woman">Thé "&amp; &lt;gâteaux&gt; 🍰</Say></Gather>"#))
            }
            #expect(context.service.messages.isEmpty)
        }
        try await withContext { context in
            let channel = try context.channel("twilio_voice", "{reprompt_fallback_phrase: Pardon}")
            let response = try await context.ask(
                channel, .post, "/webhooks/twilio_voice/webhook", "From=%2B49", fields: Self.form)
            #expect(response.text.contains(">Pardon</Say>"))
        }
    }

    @Test("Webex: a message that the platform does not have is the sender's mistake, one that it keeps back is not")
    func webex() async throws {
        try await withContext(responses: { call, _ in
            HTTPResponse(status: call.path == "/messages/gone" ? .notFound : .unauthorized)
        }) { context in
            let channel = try context.channel("webexteams", "{access_token: t, api_url: URL}")
            for (id, status) in [("gone", 400), ("kept", 503)] {
                let body = #"{"data":{"id":"\#(id)"}}"#
                let response = try await context.ask(channel, .post, "/webhooks/webexteams/webhook", body)
                #expect(response.status == status)
            }
        }
    }

    @Test("Hangouts: a message without a text is taken note of")
    func hangouts() async throws {
        try await withContext { context in
            let channel = try context.channel("hangouts", "{}")
            for text in [#","text":null"#, ""] {
                let body =
                    #"{"type":"MESSAGE","space":{"type":"DM"},"message":{"sender":{"displayName":"Jo"}\#(text)}}"#
                let response = try await context.ask(channel, .post, "/webhooks/hangouts/webhook", body)
                #expect(response == (200, "OK"))
            }
            #expect(context.service.messages.isEmpty)
        }
    }

    @Test("Buttons that open a page are links where the platform has them")
    func links() async throws {
        let buttons: JSON = [["title": "Site", "url": "https://p"], ["title": "Yes", "payload": "/yes"]]
        let reply = BotMessage(BotUttered(text: "go", data: ["buttons": buttons]), metadata: [:], recipient: "me")
        try await withContext { context in
            let slack = try context.channel("slack", "{slack_token: t, slack_signing_secret: s, api_url: URL}")
            await slack.outgoing?.send(reply)
            let telegram = try context.channel(
                "telegram", "{access_token: t, verify: bot, webhook_url: 'https://me', api_url: URL}")
            await telegram.outgoing?.send(reply)
            let calls = context.platform.calls.compactMap(\.json)
            #expect(
                calls.first?["blocks"]?.array?.last?["elements"]?.array?.map { [$0["url"], $0["value"]] }
                    == [["https://p", nil], [nil, "/yes"]])
            #expect(
                calls.last?["reply_markup"]?["inline_keyboard"] == [
                    [["text": "Site", "url": "https://p"], ["text": "Yes", "callback_data": "/yes"]]
                ])
        }
        try await withContext(replies: [BotUttered(text: "go", data: ["buttons": buttons])]) { context in
            let hangouts = try context.channel("hangouts", "{}")
            let said = #"{"type":"MESSAGE","space":{"type":"DM"},"message":{"sender":{"displayName":"J"},"text":"x"}}"#
            let response = try await context.ask(hangouts, .post, "/webhooks/hangouts/webhook", said)
            #expect(response.text.contains(#""onClick":{"openLink":{"url":"https://p"}}"#))
        }
    }

    @Test("Telegram: with a secret of the credentials only who shows it is heard")
    func telegramSecret() async throws {
        try await withContext(responses: { call, _ in
            .json(Array(#"{"ok":true,"result":{"username":"bot"}}"#.utf8))
        }) { context in
            let channel = try context.channel(
                "telegram",
                "{access_token: t, verify: bot, webhook_url: 'https://me', secret_token: word, api_url: URL}")
            try await channel.start()
            #expect(context.platform.calls.first?.json == ["url": "https://me", "secret_token": "word"])
            let update = #"{"update_id":1,"message":{"chat":{"id":5},"text":"hi"}}"#
            for (secret, status) in [(nil, 403), ("other", 403), ("word", 200)] {
                let fields = secret.map { [("x-telegram-bot-api-secret-token", $0)] } ?? []
                let response = try await context.ask(
                    channel, .post, "/webhooks/telegram/webhook", update, fields: fields)
                #expect(response.status == status)
            }
            #expect(context.service.messages.map(\.text) == ["hi"])
        }
    }

    @Test("Long ids are known again, too")
    func longIDs() async {
        let recent = RecentMessages()
        let id = String(repeating: "x", count: 1_000_000)
        #expect(RecentMessages.short(id).utf8.count == 64)
        #expect(await recent.isNew(id, of: "a"))
        #expect(await !recent.isNew(id, of: "a"))
        #expect(await recent.isNew(id + "y", of: "a"))
        await recent.forget(id, of: "a")
        #expect(await recent.isNew(id, of: "a"))
    }

    @Test(
        "Slack: a time that is none, or far away, is not that of a signed request",
        arguments: ["\(Int.min)", "\(Int.max)", "0", "-1", "now", "1e9", ""])
    func slackTimes(stamp: String) async throws {
        try await withContext { context in
            let channel = try context.channel("slack", "{slack_token: t, slack_signing_secret: s, api_url: URL}")
            let code = Digest.sha256.code(of: Array("v0:\(stamp):{}".utf8), key: Array("s".utf8))
            let fields = [
                ("content-type", "application/json"), ("x-slack-request-timestamp", stamp),
                ("x-slack-signature", "v0=\(Hexadecimal.text(code))"),
            ]
            let response = try await context.ask(channel, .post, "/webhooks/slack/webhook", "{}", fields: fields)
            #expect(response.status == 400)
        }
    }

    @Test("Facebook: a sign that does not get through is not shown again, a reply is")
    func facebookSigns() async throws {
        try await withContext(responses: { _, _ in HTTPResponse(status: .serviceUnavailable) }) { context in
            let channel = try context.channel("facebook", "{verify: v, secret: s, page-access-token: t, api_url: URL}")
            let body = #"{"entry":[{"messaging":[{"sender":{"id":"7"},"message":{"text":"hi"}}]}]}"#
            let signature = Hexadecimal.text(Digest.sha1.code(of: Array(body.utf8), key: Array("s".utf8)))
            _ = try await context.ask(
                channel, .post, "/webhooks/facebook/webhook", body, fields: [("x-hub-signature", "sha1=\(signature)")])
            let calls = context.platform.calls.compactMap(\.json)
            #expect(calls.compactMap { $0["sender_action"]?.string } == ["mark_seen", "typing_on", "typing_off"])
            #expect(calls.count { $0["message"] != nil } == 3)
        }
    }
}
