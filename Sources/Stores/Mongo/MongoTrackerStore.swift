package import Dialogue
import ExactText
import JSON
package import Offloading

/// Keeps conversations in MongoDB in Rasa's collection and format (`MongoTrackerStore`), so that both may work on them
/// in turn: one document for each conversation, with its events as an array and a summary of what they lead to.
package final class MongoTrackerStore: TrackerStore {
    private let client: MongoClient
    private let offload: any Offload

    /// The event `session_started`.
    package var sessionBeginning: SessionBeginning { .event }

    /// A store over connections of its own; nothing is connected yet.
    ///
    /// - Parameter offload: Reads and writes long conversations.
    package init(_ configuration: MongoConfiguration, offload: any Offload = InlineOffload()) {
        self.offload = offload
        client = MongoClient(configuration)
    }

    /// Connects, and makes Rasa's index where it is missing.
    ///
    /// - Throws: ``MongoError``.
    package func prepare() async throws(MongoError) {
        _ = try await client.send(.index(name: "sender_id_1", keys: ["sender_id": 1]))
    }

    /// How many requests were sent to the server so far.
    var requests: Int { client.requests }

    /// Reads the last known event and what is behind it; the whole, where what is known is not the beginning of what is
    /// stored.
    package func changes(to conversation: String, since position: Revision) async throws -> StoredChanges {
        guard position.length > 0 else {
            guard let stored = try await read(conversation, .all), stored.position != position else { return .none }
            return .added(try await events(stored), stored.position)
        }
        let first = position.length - 1
        guard let known = try await read(conversation, .from(first)), known.position(at: 0) == position else {
            guard let stored = try await read(conversation, .all), stored.length > 0 else { return .other(nil) }
            return .other(StoredConversation(events: try await events(stored), position: stored.position))
        }
        let added = try await events(known, after: 1)
        return added.isEmpty ? .none : .added(added, known.position)
    }

    /// Reads what follows the last beginning of a session.
    package func lastSession(of conversation: String) async throws -> StoredConversation? {
        guard let stored = try await read(conversation, .lastSession), stored.length > 0 else { return nil }
        return StoredConversation(events: try await events(stored), position: stored.position)
    }

    /// Adds the events to the document's array, on the condition that it is as long as it was, ends with the same
    /// event, and that no later turn has written.
    package func append(
        _ events: [Event], to conversation: String, after position: Revision, fence: Int
    ) async throws -> Revision {
        guard !events.isEmpty else { return position }
        return try await write(MongoTurn(events, to: conversation, after: position, fence: fence))
    }

    /// The same, with the tracker's state beside the events, as Rasa writes it.
    package func append(
        _ events: [Event], leadingTo tracker: Tracker, after position: Revision, fence: Int
    ) async throws -> Revision {
        guard !events.isEmpty else { return position }
        return try await write(
            MongoTurn(events, to: tracker.senderID, after: position, fence: fence, leadingTo: tracker))
    }

    /// Writes the array anew, on the same condition.
    package func replace(
        _ conversation: String, with events: [Event], after position: Revision, fence: Int
    ) async throws -> Revision {
        try await write(MongoTurn(events, to: conversation, after: position, fence: fence, isWhole: true))
    }

    /// The same, with the tracker's state beside the events.
    package func replace(
        with events: [Event], leadingTo tracker: Tracker, after position: Revision, fence: Int
    ) async throws -> Revision {
        try await write(
            MongoTurn(events, to: tracker.senderID, after: position, fence: fence, leadingTo: tracker, isWhole: true))
    }

    package func conversations() async throws -> [String] {
        let names: [JSONObject]
        do {
            names = try await client.send(.aggregate([["$project": ["_id": 0, "sender_id": 1]]]))
        } catch {
            throw Self.failure(error)
        }
        // Old versions of Rasa wrote some as numbers.
        return Set<ExactString>(
            names.compactMap { $0["sender_id"].flatMap { name in name.string ?? name.int.map { String($0) } } }
        ).map(\.string)
    }

    package func close() async { await client.close() }

    // MARK: Reading

    private func read(_ conversation: String, _ part: MongoPart) async throws(StoreError) -> MongoConversation? {
        let found: JSONObject?
        do throws(MongoError) {
            if let named = try await find(conversation, part) {
                found = named
            } else {
                found = try await rename(conversation) ? find(conversation, part) : nil
            }
        } catch {
            throw Self.failure(error)
        }
        guard let found else { return nil }
        return try MongoConversation(found, part)
    }

    /// As Rasa: gives a conversation that its old versions stored under a number a name of digits.
    ///
    /// - Returns: Whether there was one.
    private func rename(_ conversation: String) async throws(MongoError) -> Bool {
        guard let number = Int(conversation), String(number).exact == conversation.exact else { return false }
        return try await isDone(
            .update(
                filter: ["sender_id": .int(number)], change: ["$set": ["sender_id": .string(conversation)]],
                makes: false))
    }

    private func events(_ stored: MongoConversation, after count: Int = 0) async throws(StoreError) -> [Event] {
        if stored.isLong { offload.release(stored) }
        return try await offload.compute(if: stored.isLong) { () throws(StoreError) in try stored.events(after: count) }
    }

    private func find(_ conversation: String, _ part: MongoPart) async throws(MongoError) -> JSONObject? {
        try await client.send(.aggregate(part.stages(conversation))).first
    }

    // MARK: Writing

    /// Writes; once more where the connection was lost before the response came, and nothing was written.
    private func write(_ turn: MongoTurn) async throws(StoreError) -> Revision {
        do throws(MongoError) {
            if try await attempt(turn) { return turn.end }
        } catch  where error.code == .interrupted {
            try await finish(turn, after: error)
            return turn.end
        } catch {
            throw Self.failure(error)
        }
        throw .conflict
    }

    /// Finds out about a writing whose response was lost, and does it if it was not done.
    private func finish(_ turn: MongoTurn, after interruption: MongoError) async throws(StoreError) {
        do {
            if try await hasWritten(turn) { return }
            if try await attempt(turn) { return }
        } catch let error as StoreError where error.code == .conflict {
            // Others may have come behind the first attempt.
            if await !mayHold(turn.events, of: turn.conversation, after: turn.position) { throw .conflict }
        } catch {}
        throw .unknown("the tracker store in MongoDB: \(interruption)")
    }

    /// - Returns: Whether the conversation was what the turn started from, so that the turn is stored.
    private func attempt(_ turn: MongoTurn) async throws(MongoError) -> Bool {
        let turn = await encoded(turn)
        if turn.position.length == 0 {
            if try await begin(turn) { return true }
            guard try await find(turn.conversation, .from(0)) != nil else {
                // The id is that of a document that somebody gave another name.
                return try await isDone(turn.beginning(isNamed: false))
            }
        }
        return try await isDone(turn.change)
    }

    /// The turn with its events encoded: where that cannot be done elsewhere, it is done here after all.
    private func encoded(_ turn: MongoTurn) async -> MongoTurn {
        let encoded = try? await offload.compute(if: ShortWork.isExceeded(by: turn.events)) { () throws(StoreError) in
            turn.encoded()
        }
        return encoded ?? turn.encoded()
    }

    private func begin(_ turn: MongoTurn) async throws(MongoError) -> Bool {
        do throws(MongoError) {
            return try await isDone(turn.beginning(isNamed: true))
        } catch  where error.code == .duplicate {
            return false
        }
    }

    private func isDone(_ request: MongoRequest) async throws(MongoError) -> Bool {
        guard let counts = try await client.send(request).first else { return false }
        if case .update(_, _, makes: true) = request { return counts["upsertedCount"]?.int == 1 }
        return counts["matchedCount"]?.int == 1
    }

    /// Whether a turn is stored whose response was lost.
    ///
    /// - Throws: ``StoreError``, too where neither the turn nor what it started from is there.
    private func hasWritten(_ turn: MongoTurn) async throws(StoreError) -> Bool {
        let stored = try await read(turn.conversation, .all)
        let position = stored?.position ?? .start
        if position == turn.end, try stored?.events().suffix(turn.events.count) ?? [] == turn.events[...] {
            return true
        }
        guard position == turn.position else { throw .conflict }
        return false
    }

    private static func failure(_ error: MongoError) -> StoreError {
        switch error.code {
        case .duplicate: .conflict
        case .refused: StoreError(.refused, "the tracker store in MongoDB: \(error)")
        default: StoreError(.unreachable, "the tracker store in MongoDB: \(error)")
        }
    }
}
