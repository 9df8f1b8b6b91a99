package import Assistant
import Dialogue
package import HTTPServer
import JSON
import Logging
import Offloading
import Settings
import WebClient

/// The callback channel: a message comes as on the REST channel; each reply is sent to an address of the credentials as
/// soon as it is made, one after the other within a conversation.
package struct CallbackChannel: Channel {
    package let name = "callback"
    private let deduplicator: MessageDeduplicator
    private let output: CallbackSink

    /// The channel over a worker's conversations.
    ///
    /// - Throws: ``ChannelError`` where the address is missing.
    init(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) {
        let endpoint: HTTPEndpoint
        do {
            var ignored: [SettingsWarning] = []
            endpoint = try HTTPEndpoint(settings.node, name: name, &ignored)
            let client = try EndpointClient(endpoint, loop: context.loop)
            output = CallbackSink(
                client: client,
                platform: PlatformClient(client.httpClient, channel: name) { $0 >= 500 || $0 == 429 })
        } catch {
            throw ChannelError(.badSettings, channel: name, "\(error)")
        }
        deduplicator = MessageDeduplicator(name, context)
    }

    package var routes: [Route] {
        [
            healthRoute,
            Route(
                .post, "\(prefix)/webhook", maxBodyBytes: Route.maxMessageBodyBytes,
                handler: .task { try await respond($0.request) }),
        ]
    }

    package var outgoing: (any OutputChannel)? { output }

    /// Always, as Rasa's output for this channel also collects what it sends.
    package var showsSentReplies: Bool { true }

    package func end() async { await output.client.close() }

    private func respond(_ request: HTTPRequest) async throws -> HTTPResponse {
        let received = try await deduplicator.context.service.offload.run(if: request.hasLargeBody) { [name] in
            try RESTMessage(request.body, channel: name).message
        }
        // Rasa keeps neither the metadata nor another name of the channel here.
        try await deduplicator.take(
            UserMessage(text: received.text, conversation: received.conversation, inputChannel: name), id: nil,
            reply: output, tellsRefusal: true)
        return .text("success")
    }
}

/// Sends replies to the address, in order: a turn goes on only after its reply has been taken or given up.
private struct CallbackSink: OutputChannel {
    let client: EndpointClient
    let platform: PlatformClient

    var channelName: String { "callback" }

    func send(_ reply: BotMessage) async {
        for message in reply.messages {
            await platform.send(client.call(message.encoded()), facts: ["conversation": "\(reply.recipient)"])
        }
    }
}
