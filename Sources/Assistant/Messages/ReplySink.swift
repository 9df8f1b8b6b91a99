public import JSON
import Synchronization

/// Where a turn's replies go, as they are made.
public protocol ReplySink: Sendable {
    /// The name by which responses pick their variations for a channel.
    var channelName: String { get }

    /// Takes a reply. The turn waits until it returns.
    func send(_ reply: BotReply) async
}

/// Keeps the replies of one turn for an answer that is sent at its end.
public final class CollectingSink: ReplySink {
    /// The name by which responses pick their variations; `collector` is Rasa's for the REST channel and the API.
    public let channelName: String
    private let collected = Mutex<[BotReply]>([])

    /// A sink without replies.
    public init(channelName: String = "collector") {
        self.channelName = channelName
    }

    /// Keeps the reply.
    public func send(_ reply: BotReply) async {
        collected.withLock { $0.append(reply) }
    }

    /// The replies so far, in order.
    public var replies: [BotReply] {
        collected.withLock { $0 }
    }

    /// The replies so far as messages of the REST channel, in order.
    public var messages: [JSON] {
        replies.flatMap(\.messages)
    }
}
