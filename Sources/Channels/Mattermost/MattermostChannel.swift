import Assistant
import Cryptography
import ExactText
package import HTTPServer
import JSON

/// Mattermost: outgoing webhooks with a trigger word, and buttons.
package struct MattermostChannel: Channel {
    package let name = "mattermost"
    private let webhookToken: String?
    private let output: MattermostOutput
    private let deduplicator: MessageDeduplicator

    /// - Throws: ``ChannelError`` where `url` or `token` are missing.
    init(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) {
        webhookToken = try settings.text("webhook_token")
        _ = try settings.required("url")
        output = MattermostOutput(
            base: try settings.base("", key: "url"), token: try settings.required("token"), channel: nil,
            webhook: try settings.text("webhook_url"), platform: PlatformClient(context, channel: name))
        deduplicator = MessageDeduplicator(name, context)
    }

    package var routes: [Route] { [healthRoute, webhook { try await respond($0.request) }] }

    private func respond(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let body = try request.json().object, !body.isEmpty else { return .text("") }
        guard let text = MattermostChannel.text(of: body) else { return .text("success") }
        // Only outgoing webhooks carry their token; buttons come from the server without one.
        if let webhookToken, body["trigger_word"] != nil,
            !ConstantTime.isEqual(body["token"]?.string ?? "", webhookToken)
        {
            throw APIError(.forbidden, "NotSigned", "The request does not have the 'webhook_token' of the credentials.")
        }
        let message = UserMessage(text: text, conversation: body["user_id"]?.string, inputChannel: name)
        try await deduplicator.take(
            message, id: body["trigger_word"] == nil ? nil : body["post_id"]?.string,
            reply: output.replying(in: body["channel_id"]?.string))
        return .text("success")
    }

    /// What comes after the word that triggered the webhook, or the action of a button.
    private static func text(of body: JSONObject) -> String? {
        guard body["trigger_word"] != nil else { return body["context"]?["action"]?.string }
        guard let text = body["text"]?.string else { return nil }
        let parts = text.exact.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count > 1 ? String(parts[1]) : text
    }
}
