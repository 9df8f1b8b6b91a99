import Dialogue
import Stores
import Synchronization

/// Conversations in memory, until the store of that kind lands in `Stores`.
final class InterimTrackers: TrackerStore {
    private let conversations = Mutex<[String: [Event]]>([:])

    func load(_ conversation: String) async throws -> StoredConversation? {
        conversations.withLock { $0[conversation] }.map {
            StoredConversation(events: $0, position: StorePosition(length: $0.count, mark: ""))
        }
    }

    func append(
        _ events: [Event], to conversation: String, after position: StorePosition, fence: Int
    ) async throws -> StorePosition {
        conversations.withLock { $0[conversation, default: []] += events }
        return StorePosition(length: position.length + events.count, mark: "")
    }

    func replace(
        _ conversation: String, with events: [Event], after position: StorePosition, fence: Int
    ) async throws -> StorePosition {
        conversations.withLock { $0[conversation] = events }
        return StorePosition(length: events.count, mark: "")
    }

    func close() async {}
}
