package import Assistant
import Cryptography
import Dialogue
import Encodings
import ExactText
import Glibc
package import HTTPServer
import JSON
import Logging
import NIOCore
import WebClient

/// Slack: events and interactive components.
package struct SlackChannel: Channel {
    /// How old a signed request may be, in seconds.
    private static let maxAge = 300

    package let name = "slack"
    private let settings: SlackSettings
    private let output: SlackOutput
    private let deduplicator: MessageDeduplicator
    /// Calls Slack through the proxy of the credentials; nil where there is none.
    private let proxied: OutboundHTTPClient?

    /// - Throws: ``ChannelError`` where `slack_token` or `slack_signing_secret` are missing.
    init(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) {
        self.settings = try SlackSettings(settings)
        let base = try settings.base("https://slack.com/api")
        let token = try settings.required("slack_token")
        proxied = self.settings.proxy.map { OutboundHTTPClient(loop: context.loop, through: $0) }
        output = SlackOutput(
            base: base, token: token, channel: self.settings.channel, thread: nil,
            platform: PlatformClient(context, channel: name, httpClient: proxied))
        deduplicator = MessageDeduplicator(name, context)
    }

    package var routes: [Route] {
        [.get, .post].map { webhook($0) { try respond($0.request) } } + [healthRoute]
    }

    /// Sends to the configured channel, or to the user.
    package var outgoing: (any OutputChannel)? { output }

    package func end() async { await proxied?.close() }

    private func respond(_ request: HTTPRequest) throws -> HTTPResponse {
        guard isSigned(request) else {
            return .text("Message is not properly signed with a valid X-Slack-Signature header", status: .badRequest)
        }
        switch request.contentType {
        case "application/json": return try respondToEvent(request)
        case "application/x-www-form-urlencoded": return try respondToAction(request)
        default: return .text("Bot message delivered.")
        }
    }

    private func isSigned(_ request: HTTPRequest) -> Bool {
        let now = time(nil)
        guard let signature = request.fields["x-slack-signature"],
            let stamp = request.fields["x-slack-request-timestamp"], let sent = Int(stamp),
            (now - SlackChannel.maxAge...now + SlackChannel.maxAge).contains(sent)
        else { return false }
        let code = Digest.sha256.code(
            of: Array("v0:\(stamp):".utf8) + request.bytes, key: Array(settings.signingSecret.utf8))
        return ConstantTime.isEqual("v0=\(Hexadecimal.text(code))", signature)
    }

    private func respondToEvent(_ request: HTTPRequest) throws -> HTTPResponse {
        let body = try request.json()
        if let challenge = body["challenge"] { return .json(challenge.encoded()) }
        guard let event = body["event"], SlackEvent.isMessage(event), let text = event["text"]?.string else {
            return .text("Bot message delivered.")
        }
        let origin = SlackOrigin(event: event, of: body)
        guard
            event["channel_type"]?.string == "im" || event["type"]?.string == "app_mention"
                || origin.channel != nil && origin.channel?.exact == settings.channel?.exact
        else {
            deduplicator.logger.warning("A message came from a channel that is not supported")
            return .text("channel not supported.")
        }
        return take(
            SlackEvent.cleaned(text, mentions: origin.users), from: event["user"]?.string ?? "", origin,
            id: body["event_id"]?.string, request)
    }

    private func respondToAction(_ request: HTTPRequest) throws -> HTTPResponse {
        guard let text = Form(request)["payload"], let payload = try? JSON(parsing: Array(text.utf8)) else {
            throw APIError.badRequest("The form has no 'payload' in JSON.")
        }
        guard let action = payload["actions"]?.array?.first, let type = action["type"]?.string else {
            throw SlackChannel.unknownAction
        }
        if let value = SlackEvent.value(of: action, type: type) {
            return take(
                value, from: payload["user"]?["id"]?.string ?? "", SlackOrigin(action: payload),
                id: payload["trigger_id"]?.string, request)
        }
        if type == "button" { return .text("User clicked link button") }
        deduplicator.logger.warning("An interactive component is unknown", metadata: ["type": "\(type)"])
        throw SlackChannel.unknownAction
    }

    /// Not an error of the server's, so that Slack does not send the same again.
    private static let unknownAction = APIError.badRequest("The payload has no action that is supported.")

    /// Slack wants its response within three seconds, so the turn comes after it.
    private func take(
        _ text: String, from user: String, _ origin: SlackOrigin, id: String?, _ request: HTTPRequest
    ) -> HTTPResponse {
        if let count = request.fields[settings.retryCountHeader],
            let reason = request.fields[settings.retryReasonHeader],
            settings.ignoredRetryReasons.contains(exact: reason)
        {
            deduplicator.logger.warning(
                "A message that Slack repeats was dropped", metadata: ["retry": "\(count)", "reason": "\(reason)"])
            return HTTPResponse(
                status: HTTPStatus(code: 201), contentType: "text/plain; charset=utf-8",
                fields: [HTTPField("x-slack-no-retry", "1")])
        }
        let message = UserMessage(
            text: text, conversation: settings.conversation(user, origin), inputChannel: name,
            metadata: origin.metadata)
        let isTaken = deduplicator.takeLater(
            message, id: id, bytes: request.body.readableBytes,
            reply: output.replying(in: origin.channel, thread: settings.usesThreads ? origin.thread : nil))
        // Slack sends again what was not taken.
        return isTaken ? .text("") : APIError.overloaded.response
    }
}
