package import Dialogue

/// Keeps the events of conversations in the formats that Rasa reads and writes.
package protocol TrackerStore: Sendable {
    /// What became of a conversation since a position that the caller knows; with ``Revision/start``, all of it.
    ///
    /// - Throws: ``StoreError``.
    func changes(to conversation: String, since position: Revision) async throws -> StoredChanges

    /// The first event of a session as Rasa reads it from this kind of store.
    var sessionBeginning: SessionBeginning { get }

    /// The events since the last session began, oldest first, where the store can read them alone; all of them
    /// otherwise. Nil for a conversation that was never stored.
    ///
    /// - Throws: ``StoreError``.
    func lastSession(of conversation: String) async throws -> StoredConversation?

    /// Adds events to the end of a conversation, if it still is what the turn started from: compare-and-append in one
    /// atomic step of the store itself.
    ///
    /// - Parameters:
    ///   - position: What ``load(_:)`` returned, ``Revision/start`` for an unknown conversation, or what the last
    ///     append of the same turn returned.
    ///   - fence: The fence of the turn's lease.
    /// - Returns: The position after the new events.
    /// - Throws: ``StoreError`` with `.conflict` where another writer came first; nothing is written then. With
    ///   `.unknown` where the events may be stored all the same.
    func append(
        _ events: [Event], to conversation: String, after position: Revision, fence: Int
    ) async throws -> Revision

    /// Stores these events as the whole conversation, under the same condition as ``append(_:to:after:fence:)``.
    func replace(
        _ conversation: String, with events: [Event], after position: Revision, fence: Int
    ) async throws -> Revision

    /// The same as ``append(_:to:after:fence:)``, for stores that keep what events lead to beside them.
    ///
    /// - Parameter tracker: The conversation's tracker after the events.
    func append(
        _ events: [Event], leadingTo tracker: Tracker, after position: Revision, fence: Int
    ) async throws -> Revision

    /// The same as ``replace(_:with:after:fence:)``, for stores that keep what events lead to beside them.
    ///
    /// - Parameter tracker: The conversation's tracker after the events.
    func replace(
        with events: [Event], leadingTo tracker: Tracker, after position: Revision, fence: Int
    ) async throws -> Revision

    /// The names of all conversations, in no order.
    ///
    /// - Throws: ``StoreError``.
    func conversations() async throws -> [String]

    func close() async
}

extension TrackerStore {
    /// The session start action.
    package var sessionBeginning: SessionBeginning { .action }

    /// Stores the events alone.
    package func append(
        _ events: [Event], leadingTo tracker: Tracker, after position: Revision, fence: Int
    ) async throws -> Revision {
        try await append(events, to: tracker.senderID, after: position, fence: fence)
    }

    /// Stores the events alone.
    package func replace(
        with events: [Event], leadingTo tracker: Tracker, after position: Revision, fence: Int
    ) async throws -> Revision {
        try await replace(tracker.senderID, with: events, after: position, fence: fence)
    }

    /// All events: a store that keeps a conversation as one text reads it whole.
    package func lastSession(of conversation: String) async throws -> StoredConversation? {
        try await load(conversation)
    }

    /// All stored events of a conversation, oldest first; nil for one that was never stored.
    ///
    /// - Throws: ``StoreError``.
    package func load(_ conversation: String) async throws -> StoredConversation? {
        switch try await changes(to: conversation, since: .start) {
        case .none: nil
        case .added(let events, let position): StoredConversation(events: events, position: position)
        case .other(let stored): stored
        }
    }
}

/// What a store has beyond what a worker knows of a conversation.
package enum StoredChanges: Sendable, Hashable {
    /// Nothing: the conversation is what it was.
    case none
    /// Events after those that are known, and the position behind them.
    case added([Event], Revision)
    /// Another conversation than the one that is known; nil if there is none.
    case other(StoredConversation?)
}

package struct StoredConversation: Sendable, Hashable {
    /// All events, oldest first.
    package let events: [Event]
    /// What the next append is compared with.
    package let position: Revision

    package init(events: [Event], position: Revision) {
        self.events = events
        self.position = position
    }
}

/// What a store needs to see that nobody wrote in between: opaque to everyone else.
package struct Revision: Sendable, Hashable {
    /// How many units (events, bytes; the store's affair) were stored; 0 before the first.
    package let length: Int
    /// A mark of the last unit, where the length alone does not tell two histories apart.
    package let digest: String

    package init(length: Int, digest: String) { (self.length, self.digest) = (length, digest) }

    /// The position of a conversation that is not stored yet.
    package static let start = Revision(length: 0, digest: "")
}
