import Dialogue
import Offloading

/// Takes what is stored to where other programs read it, such as an event broker.
package protocol EventOutbox: Sendable {
    /// Sees to it that events can be kept, before they are stored.
    ///
    /// - Parameter bodies: The events as ``Dialogue/Event/published(in:)`` makes them, oldest first.
    /// - Returns: What has to be ended by exactly one of its calls.
    /// - Throws: ``ConversationError`` with `.noRoomForEvents`; nothing must be stored then.
    func reserve(_ bodies: [[UInt8]], of conversation: String) throws(ConversationError) -> any ReservedEvents
}

package protocol ReservedEvents: Sendable {
    /// Keeps them: they are stored now, and will be published even if this process dies.
    ///
    /// - Throws: ``ConversationError`` with `.noRoomForEvents` where a promise was broken; the message must not be
    ///   answered by success then.
    func keep() throws(ConversationError)

    /// Forgets them: they are not stored.
    func cancel()
}

extension Conversations {
    /// So many events are encoded within a millisecond or two.
    private static let fewEncoded = 64

    /// Stores events, and keeps them for publishing.
    func store<Result>(
        _ events: ArraySlice<Event>, of conversation: String, _ store: () async throws -> Result
    ) async throws -> Result {
        guard let outbox, !events.isEmpty else { return try await store() }
        let bodies = try await offload.run(if: events.count > Self.fewEncoded) {
            events.map { $0.published(in: conversation) }
        }
        let reserved = try outbox.reserve(bodies, of: conversation)
        let result: Result
        do {
            result = try await store()
        } catch {
            reserved.cancel()
            throw error
        }
        try reserved.keep()
        return result
    }
}
