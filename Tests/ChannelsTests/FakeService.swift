import Assistant
import Channels
import Dialogue
import HTTPServer
import JSON
import NIOCore
import Synchronization

/// Conversations that answer with what they were told, and remember it.
final class FakeService: ConversationService {
    let modelInUse: ModelInUse?
    let failure: (any Error & Sendable)?
    private let received = Mutex<[UserMessage]>([])
    private let replies: [BotUttered]?

    /// - Parameter replies: What is answered instead.
    init(hasModel: Bool = true, failure: (any Error & Sendable)? = nil, replies: [BotUttered]? = nil) {
        self.replies = replies
        modelInUse = hasModel ? ModelInUse(file: "a.tar.gz", id: "1") : nil
        self.failure = failure
    }

    var messages: [UserMessage] { received.withLock { $0 } }

    func parse(_ text: String) throws -> JSON { ["text": .string(text)] }

    func tracker(of conversation: String) async throws -> Tracker {
        Tracker(conversation: conversation, slots: [])
    }

    func handle(_ message: UserMessage, reply sink: some ReplySink) async throws {
        if let failure { throw failure }
        received.withLock { $0.append(message) }
        if let replies {
            for reply in replies {
                await sink.send(BotReply(reply, metadata: [:], recipient: message.conversation))
            }
            return
        }
        await sink.send(reply(message, "\(sink.channelName): \(message.text)"))
        await sink.send(reply(message, "again\n\nand again"))
    }

    func handle(_ message: UserMessage, channelName: String) async throws -> [BotReply] {
        let sink = CollectingSink(channelName: channelName)
        try await handle(message, reply: sink)
        return sink.replies
    }

    private func reply(_ message: UserMessage, _ text: String) -> BotReply {
        BotReply(BotUttered(text: text, data: [:]), metadata: [:], recipient: message.conversation)
    }
}

/// Keeps what is written.
final class MemoryWriter: BodyWriter {
    private let written = Mutex<[String]>([])

    var parts: [String] { written.withLock { $0 } }

    func write(_ bytes: [UInt8]) async -> Bool {
        written.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
        return true
    }
}

extension FakeService {
    func storedTracker(of conversation: String) async throws -> Tracker? { nil }

    func execute(
        _ action: String, policy: String?, confidence: Double, of conversation: String, replies: @escaping ReplyRoute
    ) async throws -> Tracker { try await tracker(of: conversation) }

    func trigger(
        _ intent: String, entities: JSON, of conversation: String, replies: @escaping ReplyRoute
    ) async throws -> Tracker { try await tracker(of: conversation) }

    func append(_ events: [Event], to conversation: String, replies: ReplyRoute?) async throws -> Tracker {
        try await replace(conversation, with: events)
    }

    func replace(_ conversation: String, with events: [Event]) async throws -> Tracker {
        Tracker(conversation: conversation, slots: [], events: events)
    }

    func log(_ message: UserMessage, parsed: JSONObject?) async throws -> Tracker {
        try await tracker(of: message.conversation)
    }

    func predictNext(of conversation: String) async throws -> NextAction? { nil }

    func predictNext(after events: [Event]) throws -> NextAction? { nil }

    func domain() throws -> Domain { try Domain(json: [:]) }
}
