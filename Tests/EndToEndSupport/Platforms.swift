import Foundation
package import TestSupport

/// All platforms of the channels in one server, which agree to everything.
package final class Platforms: Sendable {
    /// What signs for the platforms.
    static let secret = "a-secret-of-the-platforms"

    package let server: HTTPStub
    private let url: String
    private let botFrameworkToken: String

    package init() throws {
        let key = SigningKey()
        let id = "k"
        let webKey = key.jsonWebKey(id: id)
        server = try HTTPStub { .status(200, Self.respond($0.target, "http://\($0.headers["host"] ?? "")", webKey)) }
        url = "http://127.0.0.1:\(server.port)"
        botFrameworkToken = key.token(
            #"{"iss": "me", "aud": "app", "exp": 4102444800, "serviceurl": "\#(url)"}"#, keyID: id)
    }

    private static func respond(_ path: String, _ url: String, _ key: String) -> String {
        if path.contains("getMe") || path.contains("setWebhook") {
            return #"{"ok": true, "result": {"username": "bot"}}"#
        }
        switch path {
        case "/people/me": return #"{"id": "bot"}"#
        case "/api/v1/login": return #"{"status": "success", "data": {"authToken": "a", "userId": "u"}}"#
        case "/version": return #"{"keys": [{"alg": "HS256", "key": "\#(secret)"}]}"#
        case "/openid": return #"{"issuer": "me", "jwks_uri": "\#(url)/keys"}"#
        case "/keys": return #"{"keys": [\#(key)]}"#
        case _ where path.hasPrefix("/messages/"): return #"{"personId": "p", "roomId": "ann", "text": "hello"}"#
        default: return #"{"ok": true, "access_token": "t", "expires_in": 3600}"#
        }
    }

    /// `credentials.yml` with every channel.
    package var credentials: String {
        """
        rest:
        callback: {url: URL/sink}
        socketio: {session_persistence: true}
        rasa: {url: URL}
        facebook: {verify: v, secret: SECRET, page-access-token: t, api_url: URL}
        slack: {slack_token: t, slack_signing_secret: SECRET, api_url: URL}
        telegram: {access_token: t, verify: bot, webhook_url: 'https://me', api_url: URL}
        twilio: {account_sid: A, auth_token: t, twilio_number: '+1', api_url: URL}
        twilio_voice:
        webexteams: {access_token: t, api_url: URL}
        mattermost: {url: URL, token: t, webhook_url: 'https://me'}
        rocketchat: {user: bot, password: p, server_url: URL}
        hangouts:
        botframework: {app_id: app, app_password: p, openid_url: URL/openid, api_url: URL}

        """.replacing("URL", with: url).replacing("SECRET", with: Self.secret)
    }

    /// Valid requests of every channel but the REST channel, for one conversation.
    func requests(_ conversation: String) -> [RawRequest] {
        let json = "application/json"
        let form = "application/x-www-form-urlencoded"
        func webhook(_ channel: String, type: String, _ body: String) -> RawRequest {
            RawRequest("POST", "/webhooks/\(channel)/webhook", type: type, body)
        }
        return [
            webhook("callback", type: json, #"{"sender": "\#(conversation)", "message": "hello"}"#),
            webhook("rasa", type: json, #"{"message": "hello", "conversation_id": "\#(conversation)"}"#)
                .adding("Authorization", inspectorToken(conversation)),
            RawRequest(
                "GET", "/webhooks/facebook/webhook", query: [("hub.verify_token", "v"), ("hub.challenge", "4711")]),
            webhook(
                "facebook", type: json,
                #"{"entry": [{"messaging": [{"sender": {"id": "\#(conversation)"}, "message": {"text": "hello"}}, "#
                    + #"{"sender": {"id": "b"}, "postback": {"payload": "/order_tea"}}]}]}"#
            ).signed { [("X-Hub-Signature-256", "sha256=" + MessageCode.sha256($0, key: Self.secret))] },
            webhook(
                "slack", type: json,
                #"{"authorizations": [{"user_id": "B"}], "event": {"type": "message", "channel_type": "im", "#
                    + #""channel": "C", "user": "\#(conversation)", "ts": "1.2", "text": "hello <@B> <http://a|b>"}}"#
            ).signed(Self.slackFields),
            webhook(
                "slack", type: form,
                #"payload={"actions": [{"type": "button", "value": "/order_tea"}], "user": {"id": "U"}, "#
                    + #""channel": {"id": "C"}, "message": {"ts": "1.2"}}"#
            ).signed(Self.slackFields),
            RawRequest("GET", "/webhooks/telegram/set_webhook"),
            webhook(
                "telegram", type: json,
                #"{"update_id": 1, "message": {"chat": {"id": "\#(conversation)"}, "text": "hello", "#
                    + #""location": {"longitude": 1, "latitude": 2}}}"#),
            webhook(
                "telegram", type: json,
                #"{"update_id": 2, "callback_query": {"data": "/order_tea", "message": {"chat": {"id": 5}}}}"#),
            webhook("twilio", type: form, "From=whatsapp%3A%2B1\(conversation)&Body=hello&Latitude=1.5&Longitude=2"),
            webhook("twilio_voice", type: form, "From=\(conversation)&SpeechResult=hello&CallStatus=in-progress"),
            webhook("webexteams", type: json, #"{"data": {"id": "m-\#(conversation)", "roomId": "r"}}"#),
            webhook(
                "mattermost", type: json,
                #"{"trigger_word": "bot", "text": "bot hello", "user_id": "\#(conversation)", "channel_id": "C"}"#),
            webhook(
                "rocketchat", type: json, #"{"user_name": "me", "text": "hello", "channel_id": "\#(conversation)"}"#),
            webhook(
                "rocketchat", type: json,
                #"{"visitor": {}, "_id": "\#(conversation)", "messages": [{"msg": "hello", "username": "me"}]}"#),
            webhook(
                "hangouts", type: json,
                #"{"type": "MESSAGE", "space": {"type": "ROOM", "displayName": "r"}, "message": {"text": "hello", "#
                    + #""sender": {"displayName": "\#(conversation)"}}}"#),
            webhook(
                "botframework", type: json,
                #"{"type": "message", "text": "hello", "serviceUrl": "\#(url)", "conversation": {"id": "r"}, "#
                    + #""from": {"id": "\#(conversation)"}, "recipient": {"id": "bot"}, "channelId": "emulator"}"#
            ).adding("Authorization", "Bearer \(botFrameworkToken)"),
            RawRequest("GET", "/socket.io/", query: [("EIO", "4"), ("transport", "polling")]),
            RawRequest(
                "POST", "/socket.io/", query: [("EIO", "4"), ("transport", "polling"), ("sid", "none")],
                type: "text/plain", "40\u{1E}42[\"user_uttered\",{\"message\":\"hello\"}]"),
            RawRequest("GET", "/webhooks/\(conversation)/"), RawRequest("GET", "/webhooks/socketio/"),
        ]
    }

    private func inspectorToken(_ user: String) -> String {
        "Bearer " + TokenMaker.hs256(#"{"username": "\#(user)"}"#, secret: Self.secret)
    }

    private static func slackFields(_ body: String) -> [(String, String)] {
        let now = time(nil)
        return [
            ("X-Slack-Request-Timestamp", "\(now)"),
            ("X-Slack-Signature", "v0=" + MessageCode.sha256("v0:\(now):\(body)", key: secret)),
        ]
    }
}
