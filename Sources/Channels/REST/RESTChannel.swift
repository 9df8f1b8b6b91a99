import Assistant
package import HTTPServer
import JSON
import Logging
import Offloading

/// The REST channel: a message comes as JSON, its replies are the response. With `?stream=true` each reply is sent as a
/// line of its own as soon as it is made.
///
/// Replies go by Rasa's names for the purpose of channel-specific responses: `collector`, or `queue` when streaming.
package struct RESTChannel: Channel {
    /// `rest`; `cmdline` for messages typed on a console, which come the same way.
    package let name: String
    private let service: any ConversationService
    private let callers: RasaChatCallers?
    private let logger = Logger(label: "parley.channel.rest")

    package init(name: String = "rest", service: some ConversationService) {
        self.init(name: name, service: service, callers: nil)
    }

    /// - Parameter callers: Says who speaks, instead of the message itself.
    init(name: String, service: any ConversationService, callers: RasaChatCallers?) {
        self.name = name
        self.service = service
        self.callers = callers
    }

    /// `rest`, also for `cmdline`; `rasa`.
    package var pathName: String { callers == nil ? "rest" : name }

    package var routes: [Route] {
        [
            healthRoute,
            Route(
                .post, "\(prefix)/webhook", maxBodyBytes: Route.maxMessageBodyBytes,
                handler: .task { try await respond($0.request) }),
        ]
    }

    private func respond(_ request: HTTPRequest) async throws -> HTTPResponse {
        var speaker: String?
        if let callers {
            let body = try await service.offload.run(if: request.hasLargeBody) { try request.jsonObject() }
            speaker = try await callers.conversation(of: request, body)
        }
        let received = try await service.offload.run(if: request.hasLargeBody) { [name, speaker] in
            try RESTMessage(request.body, channel: name, conversation: speaker)
        }
        let isStream = request.query.first("stream")?.lowercased() == "true"
        guard received.canBeHandled else {
            logger.warning(
                "A message was not handled, because its 'metadata' is not an object",
                metadata: ["conversation": "\(received.message.conversation)"])
            return isStream ? RESTChannel.stream { _ in } : .json(Array("[]".utf8))
        }
        if isStream { return stream(received.message) }
        do {
            let replies = try await service.handle(received.message, channelName: "collector")
            return .json(JSON.array(replies.flatMap(\.messages)).encoded())
        } catch let error as ConversationError where error.code == .modelFailure {
            // As in Rasa, where it is the model's fault, which no message can do anything about; the log has said it.
            return .json(Array("[]".utf8))
        }
    }

    private func stream(_ message: UserMessage) -> HTTPResponse {
        guard service.modelInUse != nil else { return RESTChannel.stream { _ in } }
        return RESTChannel.stream { [service] writer in
            try await service.handle(message, reply: StreamSink(writer: writer))
        }
    }

    private static func stream(_ produce: @escaping @Sendable (any BodyWriter) async throws -> Void) -> HTTPResponse {
        HTTPResponse(status: .ok, contentType: "text/event-stream", body: .stream(produce))
    }
}

/// Sends each reply at once, a line of JSON for each of its messages. The turn goes on when the client has left.
private struct StreamSink: OutputChannel {
    let writer: any BodyWriter

    var channelName: String { "queue" }

    func send(_ reply: BotMessage) async {
        var lines: [UInt8] = []
        for message in reply.messages {
            message.write(to: &lines)
            lines.append(UInt8(ascii: "\n"))
        }
        await writer.write(lines)
    }
}
