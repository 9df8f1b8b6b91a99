package import Dialogue
import ExactText
import Synchronization

/// Keeps conversations in this process; they end with it (Rasa's `InMemoryTrackerStore`).
package final class InMemoryTrackerStore: TrackerStore {
    private struct Entry {
        var events: [Event]
        /// Raised by every write, so that a replaced conversation of the same length is seen to have changed.
        var version: Int
        /// That of the last writer.
        var fence: Int

        var position: Revision { Revision(length: events.count, digest: String(version)) }
    }

    private let entries = Mutex<[ExactString: Entry]>([:])

    package init() {}

    /// What became of a conversation since a position.
    package func changes(to conversation: String, since position: Revision) -> StoredChanges {
        entries.withLock { entries in
            let entry = entries[conversation]
            guard (entry?.position ?? .start) != position else { return .none }
            return .other(entry.map { StoredConversation(events: $0.events, position: $0.position) })
        }
    }

    package func append(
        _ events: [Event], to conversation: String, after position: Revision, fence: Int
    ) throws -> Revision {
        guard !events.isEmpty else { return position }
        return try write(conversation, after: position, fence: fence) { $0 += events }
    }

    package func replace(
        _ conversation: String, with events: [Event], after position: Revision, fence: Int
    ) throws -> Revision {
        try write(conversation, after: position, fence: fence) { $0 = events }
    }

    package func conversations() -> [String] { entries.withLock { $0.keys.map(\.string) } }

    package func close() {}

    private func write(
        _ conversation: String, after position: Revision, fence: Int, _ change: (inout [Event]) -> Void
    ) throws(StoreError) -> Revision {
        let written: Revision? = entries.withLock { entries in
            guard (entries[conversation]?.position ?? .start) == position else { return nil }
            guard fence >= entries[conversation]?.fence ?? fence else { return nil }
            change(&entries[conversation, default: Entry(events: [], version: 0, fence: fence)].events)
            entries[conversation]?.version += 1
            entries[conversation]?.fence = fence
            return entries[conversation]?.position
        }
        guard let written else { throw .conflict }
        return written
    }
}
