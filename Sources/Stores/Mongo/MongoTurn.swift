import Dialogue
import ExactText
import JSON
import System

/// Events for a conversation, and what it must be for them to be written.
struct MongoTurn: Sendable {
    /// The member that holds the fence of the last writer.
    static let fence = "parley_fence"
    /// The member that tells a conversation from one that stood in its place before, which may have been as long and
    /// have ended at the same time: made up by whoever begins or replaces it.
    static let generation = "parley_generation"

    let conversation: String
    let events: [Event]
    /// Whether the events replace those that are there.
    let isWhole: Bool
    /// What the writer started from.
    let position: Revision
    /// The generation of what is there afterwards.
    let generation: String
    private let fence: Int
    /// What Rasa keeps beside the events.
    private let summary: JSONObject

    /// - Parameter tracker: The state that the events lead to; nil for one that is not known.
    init(
        _ events: [Event], to conversation: String, after position: Revision, fence: Int,
        leadingTo tracker: Tracker? = nil, isWhole: Bool = false
    ) {
        self.events = events
        self.conversation = conversation
        self.position = position
        self.fence = fence
        self.isWhole = isWhole
        generation = isWhole || position.length == 0 ? RandomID.hex() : MongoDigest(position.digest).generation
        var summary = tracker?.currentState().object ?? [:]
        summary["sender_id"] = nil
        summary["events"] = nil
        summary["latest_event_time"] = events.last.map { .double($0.timestamp) }
        self.summary = summary
    }

    /// The position behind the events.
    var end: Revision {
        let length = (isWhole ? 0 : position.length) + events.count
        guard length > 0 else { return .start }
        return Revision(
            length: length, digest: MongoDigest(time: events.last?.timestamp, generation: generation).text)
    }

    /// The events as they are sent, once they are encoded.
    private var values = JSON.array([])

    /// The same with its events encoded.
    func encoded() -> MongoTurn {
        var turn = self
        turn.values = .array(events.map(\.json))
        return turn
    }

    // MARK: A conversation that is not there yet

    /// Makes the document where there is none; leaves one that is there as it is.
    ///
    /// - Parameter isNamed: Whether its id is the conversation's name, so that of two who make it at once one fails.
    func beginning(isNamed: Bool) -> MongoRequest {
        var document = summary
        if isNamed { document["_id"] = .string(conversation) }
        document["events"] = values
        document[Self.fence] = .int(fence)
        document[Self.generation] = .string(generation)
        return .update(
            filter: ["sender_id": .string(conversation)], change: ["$setOnInsert": .object(document)], makes: true)
    }

    // MARK: A conversation that is there

    /// Changes the document if it still is what the writer started from.
    var change: MongoRequest {
        var members = summary
        members[Self.fence] = .int(fence)
        members[Self.generation] = generation.isEmpty ? nil : .string(generation)
        var change: JSONObject = [:]
        if isWhole {
            members["events"] = values
        } else {
            change["$push"] = ["events": ["$each": values]]
        }
        change["$set"] = .object(members)
        return .update(filter: condition, change: change, makes: false)
    }

    private var condition: JSONObject {
        var condition: JSONObject = [
            "sender_id": .string(conversation), Self.fence: ["$not": ["$gt": .int(fence)]],
        ]
        guard position.length > 0 else {
            condition["events.0"] = ["$exists": false]
            return condition
        }
        let digest = MongoDigest(position.digest)
        condition["events"] = ["$size": .int(position.length)]
        condition["events.\(position.length - 1).timestamp"] = digest.time.map { .double($0) } ?? .null
        // Null stands for a member that is missing too.
        condition[Self.generation] = digest.generation.isEmpty ? .null : .string(digest.generation)
        return condition
    }
}
