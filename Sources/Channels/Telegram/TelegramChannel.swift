package import Assistant
import Cryptography
import Dialogue
import ExactText
package import HTTPServer
import JSON
import Logging
import PythonSemantics
import Synchronization
import WebClient

/// Telegram: tells the platform its webhook when it starts.
package final class TelegramChannel: Channel {
    package let name = "telegram"
    private let verify: String
    private let webhook: String
    private let secret: String?
    private let output: TelegramOutput
    private let deduplicator: MessageDeduplicator
    private let username = Mutex<String?>(nil)

    /// - Throws: ``ChannelError`` where `access_token`, `verify` or `webhook_url` are missing.
    init(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) {
        verify = try settings.required("verify")
        webhook = try settings.required("webhook_url")
        secret = try settings.text("secret_token")
        output = TelegramOutput(
            base: try settings.base("https://api.telegram.org"), token: try settings.required("access_token"),
            platform: PlatformClient(context, channel: "telegram"))
        deduplicator = MessageDeduplicator("telegram", context)
    }

    /// The health route, the webhook, and a route that tells the platform of it again.
    package var routes: [Route] {
        let routes: [Route] = [HTTPMethod.get, .post].map { method in
            Route(method, "\(prefix)/set_webhook", handler: .task { _ in await self.setWebhook() })
        }
        return routes + [
            healthRoute,
            webhook { try await self.respond($0.request) },
        ]
    }

    /// Sends to chats by their ids.
    package var outgoing: (any OutputChannel)? { output }

    /// Tells the platform where updates go.
    ///
    /// - Throws: ``ChannelError`` where it does not take that.
    package func start() async throws(ChannelError) {
        guard await setWebhook() else {
            throw ChannelError(
                .refused, channel: name,
                "the channel 'telegram': the webhook could not be set; the log says why (check 'access_token' and "
                    + "'webhook_url')")
        }
    }

    private func setWebhook() async -> Bool {
        var parameters: JSONObject = ["url": .string(webhook)]
        if let secret { parameters["secret_token"] = .string(secret) }
        return await output.call("setWebhook", parameters) != nil
    }

    private func setWebhook() async -> HTTPResponse {
        .text(await setWebhook() ? "Webhook setup successful" : "Invalid webhook")
    }

    /// Telegram shows the secret that it was told where the credentials have one.
    private func checkSecret(_ request: HTTPRequest) throws(APIError) {
        guard let secret else { return }
        guard let given = request.fields["x-telegram-bot-api-secret-token"], ConstantTime.isEqual(given, secret) else {
            throw APIError(.forbidden, "NotSigned", "The request does not have the 'secret_token' of the credentials.")
        }
    }

    private func respond(_ request: HTTPRequest) async throws -> HTTPResponse {
        try checkSecret(request)
        var update = try request.json()
        if let text = update.string { update = (try? JSON(parsing: Array(text.utf8))) ?? .null }
        guard update.object != nil else { throw APIError.badRequest("The request body must be a JSON object.") }
        guard await isOurs() else {
            deduplicator.logger.error("The bot's username does not match 'verify' in the credentials")
            return .text("failed")
        }
        guard let (text, chat) = TelegramChannel.text(of: update) else { return .text("success") }
        let id = update["update_id"]?.int.map(String.init)
        let message = UserMessage(text: text, conversation: chat, inputChannel: name)
        try await deduplicator.take(message, id: id, reply: output)
        if text == "/restart" {
            let start = UserMessage(text: "/start", conversation: chat, inputChannel: name)
            try await deduplicator.take(start, id: id.map { "\($0)-start" }, reply: output)
        }
        return .text("success")
    }

    /// Whether the token is that of the bot in the credentials. Asked once.
    private func isOurs() async -> Bool {
        if let known = username.withLock({ $0 }) { return known.exact == verify.exact }
        guard let name = await output.call("getMe", [:])?["username"]?.string else { return false }
        username.withLock { $0 = name }
        return name.exact == verify.exact
    }

    /// What a user wrote, pressed or where they are, and the chat; nil for other updates.
    private static func text(of update: JSON) -> (String, chat: String)? {
        func chat(_ message: JSON?) -> String? { message?["chat"]?["id"]?.pythonText }
        if let query = update["callback_query"] {
            guard let text = query["data"]?.string, let chat = chat(query["message"]) else { return nil }
            return (text, chat)
        }
        if let edited = update["edited_message"] {
            guard let text = edited["text"]?.string, let chat = chat(edited) else { return nil }
            return (text, chat)
        }
        guard let message = update["message"], let chat = chat(message) else { return nil }
        if let text = message["text"]?.string { return (text.exact.replacing("/bot", with: ""), chat) }
        guard let place = message["location"] else { return nil }
        return (#"{"lng":\#(place.pythonText("longitude")), "lat":\#(place.pythonText("latitude"))}"#, chat)
    }
}
