package import Assistant
import Cryptography
import ExactText
package import HTTPServer
import JSON
import Logging

/// Rocket.Chat: outgoing webhooks and live chat.
package struct RocketChatChannel: Channel {
    package let name = "rocketchat"
    private let user: String
    private let token: String?
    private let output: RocketChatOutput
    private let deduplicator: MessageDeduplicator

    /// - Throws: ``ChannelError`` where `user`, `password` or `server_url` are missing.
    init(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) {
        user = try settings.required("user")
        token = try settings.text("webhook_token")
        _ = try settings.required("server_url")
        output = RocketChatOutput(
            RocketChatClient(
                base: try settings.base("", key: "server_url"), user: user, password: try settings.required("password"),
                platform: PlatformClient(context, channel: name)))
        deduplicator = MessageDeduplicator(name, context)
    }

    package var routes: [Route] {
        [
            healthRoute,
            Route(.get, "\(prefix)/webhook", handler: .task { try await respond($0.request) }),
            webhook { try await respond($0.request) },
        ]
    }

    /// Sends to rooms by their ids.
    package var outgoing: (any OutputChannel)? { output }

    private func respond(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let body = try request.json().object, !body.isEmpty else { return .text("") }
        if let token, !ConstantTime.isEqual(body["token"]?.string ?? "", token) {
            throw APIError(.forbidden, "NotSigned", "The request does not have the 'webhook_token' of the credentials.")
        }
        let isLiveChat = body["visitor"] != nil
        let said = isLiveChat ? body["messages"]?.array?.first : .object(body)
        let sender = said?[isLiveChat ? "username" : "user_name"]?.string
        guard let text = said?[isLiveChat ? "msg" : "text"]?.string, sender?.exact != user.exact else {
            return .text("")
        }
        let message = UserMessage(
            text: text, conversation: body[isLiveChat ? "_id" : "channel_id"]?.string, inputChannel: name)
        try await deduplicator.take(message, id: said?[isLiveChat ? "_id" : "message_id"]?.string, reply: output)
        return .text("")
    }
}
