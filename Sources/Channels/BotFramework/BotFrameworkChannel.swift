import Assistant
import Dialogue
import Encodings
import ExactText
package import HTTPServer
import JSON
import Logging
import PythonSemantics
import Settings

/// Microsoft's Bot Framework: activities come with a token of the platform, replies go to the service that they name.
package final class BotFrameworkChannel: Channel {
    package let name = "botframework"
    private let tokens: BotFrameworkTokens
    private let client: BotFrameworkClient
    private let deduplicator: MessageDeduplicator

    /// - Throws: ``ChannelError`` where `app_id` or `app_password` are missing.
    init(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) {
        let appID = try settings.required("app_id")
        let platform = PlatformClient(context, channel: "botframework")
        tokens = BotFrameworkTokens(
            address: try settings.base(
                "https://login.botframework.com/v1/.well-known/openidconfiguration", key: "openid_url"),
            appID: appID, platform: platform, work: context.background)
        client = BotFrameworkClient(
            base: try settings.base("https://login.microsoftonline.com"), id: appID,
            password: try settings.required("app_password"), platform: platform)
        deduplicator = MessageDeduplicator("botframework", context)
    }

    package var routes: [Route] { [healthRoute, webhook { try await self.respond($0.request) }] }

    /// Fetches the keys of the platform.
    ///
    /// - Throws: ``ChannelError`` where it does not tell them.
    package func start() async throws(ChannelError) {
        guard await tokens.fetchKeys() else {
            throw ChannelError(
                .refused, channel: name,
                "the channel 'botframework': the keys of the platform cannot be fetched from 'openid_url'")
        }
    }

    private func respond(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard request.fields["authorization"]?.isEmpty == false else {
            return .text("No authorization header provided.", status: .unauthorized)
        }
        guard let token = request.bearerToken else {
            return .text("No Bearer token provided in Authorization header.", status: .unauthorized)
        }
        let claims: JSONObject
        let channels: [String]?
        switch await tokens.check(token) {
        case .valid(let said, let allowed): (claims, channels) = (said, allowed)
        case .invalid(let reason): return refuse(reason)
        case .unavailable:
            throw APIError.unavailable(
                "PlatformUnavailable", "The Bot Framework does not provide its keys.", retryAfter: 5)
        }
        let activity = try request.jsonObject()
        // The token says which service the activity came from; replies with the bot's token must go nowhere else.
        if let signed = claims["serviceurl"] ?? claims["serviceUrl"], signed != activity["serviceUrl"] {
            return refuse("it is for another 'serviceUrl'")
        }
        if let channels, let channel = activity["channelId"]?.string, !channels.contains(exact: channel) {
            return refuse("its key is not for the channel '\(channel)'")
        }
        guard activity["type"]?.string == "message" else { return .text("success") }
        guard let service = activity["serviceUrl"]?.string, let room = activity["conversation"]?["id"],
            let user = activity["from"]?["id"]
        else { throw APIError.badRequest("The activity needs 'serviceUrl', 'conversation' and 'from'.") }
        guard HTTPAddress.isValid(service) else {
            throw APIError.badRequest("The activity's 'serviceUrl' must be \(HTTPAddress.rule).")
        }
        var metadata: JSONObject?
        if let attachments = activity["attachments"], attachments.isPythonTrue {
            metadata = ["attachments": attachments]
        }
        try await deduplicator.take(
            UserMessage(
                text: activity["text"]?.string ?? "", conversation: user.pythonText, inputChannel: name,
                metadata: metadata),
            // Ids of activities are unique in their conversation only.
            id: activity["id"].map { "\(room.pythonText)|\($0.pythonText)" },
            reply: BotFrameworkOutput(
                service: service.exact.hasSuffix("/") ? service : "\(service)/", room: room.pythonText,
                bot: activity["recipient"] ?? .null, client: client))
        return .text("success")
    }

    private func refuse(_ reason: String) -> HTTPResponse {
        deduplicator.logger.error("A token of the Bot Framework is not valid", metadata: ["reason": "\(reason)"])
        return .text("Could not validate JWT token.", status: .unauthorized)
    }
}
