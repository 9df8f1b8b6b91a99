package import Assistant
import Cryptography
import Dialogue
import Encodings
import ExactText
package import HTTPServer
import JSON
import Logging
import PythonSemantics

package struct FacebookChannel: Channel {
    package let name = "facebook"
    private let verify: String
    private let secret: String
    private let output: FacebookOutput
    private let deduplicator: MessageDeduplicator

    /// - Throws: ``ChannelError`` where `verify`, `secret` or `page-access-token` are missing.
    init(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) {
        verify = try settings.required("verify")
        secret = try settings.required("secret")
        output = FacebookOutput(
            base: try settings.base("https://graph.facebook.com/v23.0"),
            token: try settings.required("page-access-token"),
            platform: PlatformClient(context, channel: name))
        deduplicator = MessageDeduplicator(name, context)
    }

    /// The health route, the verification and the webhook.
    package var routes: [Route] {
        [
            healthRoute,
            Route(.get, "\(prefix)/webhook", handler: .atOnce { confirm($0.request) }),
            webhook { try await respond($0.request) },
        ]
    }

    package var outgoing: (any OutputChannel)? { output }

    private func confirm(_ request: HTTPRequest) -> HTTPResponse {
        guard let token = request.query.first("hub.verify_token"), ConstantTime.isEqual(token, verify) else {
            deduplicator.logger.warning("The verify token does not match the credentials")
            return .text("failure, invalid token")
        }
        return .text(request.query.first("hub.challenge") ?? "")
    }

    private func respond(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard isSigned(request) else {
            deduplicator.logger.warning("A request is not signed with the secret of the credentials")
            return .text("not validated")
        }
        let body = try request.json()
        for entry in body["entry"]?.array ?? [] {
            for event in entry["messaging"]?.array ?? [] { try await take(event) }
        }
        return .text("success")
    }

    /// The stronger of the two signatures counts where both are there.
    private func isSigned(_ request: HTTPRequest) -> Bool {
        guard let header = request.fields["x-hub-signature-256"] ?? request.fields["x-hub-signature"] else {
            return false
        }
        let parts = header.exact.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { return false }
        let hash: Digest
        switch parts[0] {
        case "sha1": hash = .sha1
        case "sha256": hash = .sha256
        default: return false
        }
        return ConstantTime.isEqual(Hexadecimal.text(hash.code(of: request.bytes, key: Array(secret.utf8))), parts[1])
    }

    private func take(_ event: JSON) async throws {
        guard let text = FacebookChannel.text(of: event), let sender = event["sender"]?["id"]?.pythonText else {
            return
        }
        let id = event["message"]?["mid"]?.string ?? event["postback"]?["mid"]?.string
        try await deduplicator.take(
            UserMessage(text: text, conversation: sender, inputChannel: name), id: id, reply: output,
            begin: {
                await output.act("mark_seen", for: sender)
                await output.act("typing_on", for: sender)
            }, end: { await output.act("typing_off", for: sender) })
    }

    /// What a user said or pressed; nil for echoes, receipts and other events.
    private static func text(of event: JSON) -> String? {
        if let message = event["message"], message["is_echo"]?.bool != true {
            if let payload = message["quick_reply"]?["payload"]?.string, !payload.isEmpty { return payload }
            if let text = message["text"]?.string { return text }
            guard let attachment = message["attachments"]?.array?.first,
                ["audio", "image", "video", "file"].contains(attachment["type"]?.string)
            else { return nil }
            return attachment["payload"]?["url"]?.string
        }
        return event["postback"]?["payload"]?.string
    }
}
