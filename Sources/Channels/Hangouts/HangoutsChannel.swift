import Assistant
package import HTTPServer
import JSON
import Logging

/// Google Hangouts Chat: the replies are the response to the message.
package struct HangoutsChannel: Channel {
    package let name = "hangouts"
    private let deduplicator: MessageDeduplicator
    private let service: any ConversationService
    /// Nil where the credentials do not name the project: anybody may call then.
    private let tokens: HangoutsTokens?

    /// - Throws: ``ChannelError`` where a setting cannot be.
    init(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) {
        let certificates = try settings.base(HangoutsTokens.address, key: "certs_url")
        let platform = PlatformClient(context, channel: "hangouts")
        tokens = try settings.text("project_id").map {
            HangoutsTokens(project: $0, address: certificates, platform: platform, work: context.background)
        }
        deduplicator = MessageDeduplicator(name, context)
        service = context.service
    }

    package var routes: [Route] { [healthRoute, webhook { try await respond($0.request) }] }

    private func respond(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await tokens?.check(request)
        let event = try HangoutsEvent(try request.jsonObject())
        guard let text = event.text else { return .text("OK") }
        let message = UserMessage(
            text: text, conversation: event.sender, inputChannel: name, metadata: ["room": .text(event.room)])
        do {
            var response = HangoutsResponse(logger: deduplicator.logger)
            for reply in try await service.handle(message, channelName: name) { response.add(reply) }
            return .json(response.json.encoded())
        } catch let error as ConversationError {
            deduplicator.logger.error("A message could not be handled", metadata: ["error": "\(error)"])
            return .json(Array("{}".utf8))
        }
    }
}

struct HangoutsEvent {
    let sender: String
    let room: String?
    /// What is said by it; nil for a message that is no text, such as a file.
    package let text: String?

    /// - Throws: `APIError` where a part is missing.
    init(_ body: JSONObject) throws(APIError) {
        let type = body["type"]?.string
        let user = type == "MESSAGE" ? body["message"]?["sender"] : body["user"]
        guard let type, let sender = user?["displayName"]?.string, let space = body["space"] else {
            throw .badRequest("The body is not an event: it needs 'type', 'space' and the user's 'displayName'.")
        }
        self.sender = sender
        room = space["type"]?.string == "ROOM" ? space["displayName"]?.string : nil
        switch type {
        case "MESSAGE": text = body["message"]?["text"]?.string
        case "CARD_CLICKED": text = body["action"]?["actionMethodName"]?.string
        case "ADDED_TO_SPACE": text = room == nil ? "/user_added" : "/room_added"
        case "REMOVED_FROM_SPACE": text = "/bot_removed"
        default: text = ""
        }
    }
}
