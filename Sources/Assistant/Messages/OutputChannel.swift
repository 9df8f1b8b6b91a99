package import JSON
import Synchronization

/// Where a turn's replies go, as they are made.
package protocol OutputChannel: Sendable {
    /// The name by which responses pick their variations for a channel.
    var channelName: String { get }

    func send(_ reply: BotMessage) async
}

/// Keeps the replies of one turn for a response that is sent at its end.
package final class CollectingOutputChannel: OutputChannel {
    /// The name by which responses pick their variations; `collector` is Rasa's for the REST channel and the API.
    package let channelName: String
    private let collected = Mutex<[BotMessage]>([])

    package init(channelName: String = "collector") { self.channelName = channelName }

    package func send(_ reply: BotMessage) async { collected.withLock { $0.append(reply) } }

    package var replies: [BotMessage] { collected.withLock { $0 } }

    /// The replies so far as messages of the REST channel, in order.
    package var messages: [JSON] { replies.flatMap(\.messages) }
}
