import Cryptography
import Encodings
import ExactText
import Logging
import Redis
import Synchronization

/// Remembers for an hour which messages came, so that those which a platform sends again are dropped: in this worker,
/// and through Redis in all of them.
package final class RecentMessages: Sendable {
    /// How many messages a worker remembers by itself.
    private static let capacity = 10_000
    /// How long Redis remembers, in seconds; platforms give up repeating within an hour.
    private static let lifetime = 3600
    /// How long Redis remembers a message whose turn has not ended: that of a worker that died comes again.
    private static let turnLifetime = 120

    private static let maxID = 128

    private let shared: ChannelContext.SharedRedis?
    private let known = Mutex(Known())
    private let logger = Logger(label: "parley.channel")

    private struct Known {
        var ids: Set<ExactString> = []
        var order: [String] = []
        var oldest = 0
    }

    init(shared: ChannelContext.SharedRedis? = nil) { self.shared = shared }

    /// Takes note of a message.
    ///
    /// - Returns: Whether it is new.
    func isNew(_ id: String, of channel: String) async -> Bool {
        let id = RecentMessages.short(id)
        guard remember("\(channel):\(id)") else { return false }
        guard let shared else { return true }
        do {
            let response = try await shared.client.send([
                "SET", .text(key(id, channel, shared)), "1", "NX", "EX", .integer(RecentMessages.turnLifetime),
            ])
            return !response.isNull
        } catch {
            logger.warning("Redis could not be asked whether a message is a repeat", metadata: ["error": "\(error)"])
            return true
        }
    }

    /// A message's turn has ended.
    func isDone(_ id: String, of channel: String) async {
        guard let shared else { return }
        _ = try? await shared.client.send([
            "EXPIRE", .text(key(RecentMessages.short(id), channel, shared)), .integer(RecentMessages.lifetime),
        ])
    }

    /// Forgets a message whose turn did not happen: it may come again.
    func forget(_ id: String, of channel: String) async {
        let id = RecentMessages.short(id)
        known.withLock { _ = $0.ids.remove("\(channel):\(id)") }
        if let shared { _ = try? await shared.client.send(["DEL", .text(key(id, channel, shared))]) }
    }

    /// Ids come from outside and may be of any length; of a long one its hash is remembered.
    static func short(_ id: String) -> String {
        id.utf8.count <= maxID ? id : Hexadecimal.text(Digest.sha256.code(of: Array(id.utf8), key: Array("".utf8)))
    }

    private func key(_ id: String, _ channel: String, _ shared: ChannelContext.SharedRedis) -> String {
        "\(shared.prefix.own)parley:channel:\(channel):seen:\(id)"
    }

    private func remember(_ id: String) -> Bool {
        known.withLock { known in
            guard known.ids.insert(id).inserted else { return false }
            if known.order.count < RecentMessages.capacity {
                known.order.append(id)
            } else {
                known.ids.remove(known.order[known.oldest])
                known.order[known.oldest] = id
                known.oldest = (known.oldest + 1) % RecentMessages.capacity
            }
            return true
        }
    }
}
