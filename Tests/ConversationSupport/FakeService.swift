package import Assistant
package import Channels
package import Dialogue
package import JSON
package import Offloading
import Synchronization

/// Conversations that respond with what they were told, and remember it.
package final class FakeService: ConversationService {
    /// What it says of its model.
    package let modelInUse: ModelInUse?
    /// At once.
    package let offload: any Offload = InlineOffload()
    private let failure: (any Error & Sendable)?
    private let received = Mutex<[UserMessage]>([])
    private let replies: [BotUttered]?
    private let stored: [Event]?

    /// - Parameters:
    ///   - hasModel: Whether it says that a model is loaded.
    ///   - failure: What every message fails with.
    ///   - replies: What is answered instead.
    ///   - stored: What has happened in every conversation; nil for nothing.
    package init(
        hasModel: Bool = true, failure: (any Error & Sendable)? = nil, replies: [BotUttered]? = nil,
        stored: [Event]? = nil
    ) {
        self.replies = replies
        self.stored = stored
        modelInUse = hasModel ? ModelInUse(file: "a.tar.gz", id: "1") : nil
        self.failure = failure
    }

    /// The messages that were handled.
    package var messages: [UserMessage] { received.withLock { $0 } }

    /// The text itself.
    package func parse(_ text: String) throws -> JSON { ["text": .string(text)] }

    /// A conversation in which nothing has happened.
    package func tracker(of conversation: String) async throws -> Tracker {
        Tracker(conversation: conversation, slots: [])
    }

    /// Notes the message and answers it.
    package func handle(_ message: UserMessage, reply output: some OutputChannel) async throws {
        if let failure { throw failure }
        received.withLock { $0.append(message) }
        if let replies {
            for reply in replies {
                await output.send(BotMessage(reply, metadata: [:], recipient: message.conversation))
            }
            return
        }
        await output.send(reply(message, "\(output.channelName): \(message.text)"))
        await output.send(reply(message, "again\n\nand again"))
    }

    /// Notes the message and answers it.
    package func handle(_ message: UserMessage, channelName: String) async throws -> [BotMessage] {
        let output = CollectingOutputChannel(channelName: channelName)
        try await handle(message, reply: output)
        return output.replies
    }

    private func reply(_ message: UserMessage, _ text: String) -> BotMessage {
        BotMessage(BotUttered(text: text, data: [:]), metadata: [:], recipient: message.conversation)
    }
}

extension FakeService {
    /// What it was told that is stored.
    package func storedTracker(of conversation: String) async throws -> Tracker? {
        stored.map { Tracker(conversation: conversation, slots: [], events: $0) }
    }

    /// Does nothing.
    package func execute(
        _ action: String, policy: String?, confidence: Double, of conversation: String, replies: @escaping ReplyRoute
    ) async throws -> Tracker { try await tracker(of: conversation) }

    /// Does nothing.
    package func trigger(
        _ intent: String, entities: JSON, of conversation: String, replies: @escaping ReplyRoute
    ) async throws -> Tracker { try await tracker(of: conversation) }

    /// The events alone.
    package func append(_ events: [Event], to conversation: String, replies: ReplyRoute?) async throws -> Tracker {
        try await replace(conversation, with: events)
    }

    /// The events alone.
    package func replace(_ conversation: String, with events: [Event]) async throws -> Tracker {
        Tracker(conversation: conversation, slots: [], events: events)
    }

    /// Does nothing.
    package func log(_ message: UserMessage, parsed: JSONObject?) async throws -> Tracker {
        try await tracker(of: message.conversation)
    }

    /// Nothing.
    package func predictNext(of conversation: String) async throws -> NextAction? { nil }

    /// Nothing.
    package func predictNext(after events: [Event]) async throws -> NextAction? { nil }

    /// An empty one.
    package func domain() throws -> Domain { try Domain(json: [:]) }
}
