import Dialogue
import ExactText
import JSON

/// A part of a conversation as MongoDB has it.
struct MongoConversation: Sendable {
    /// How many events the whole conversation has.
    let length: Int
    private let values: [JSON]
    private let first: Int
    private let generation: String

    /// - Throws: ``StoreError`` for what is no conversation.
    init(_ document: JSONObject, _ part: MongoPart) throws(StoreError) {
        guard let values = document["events"]?.array else {
            throw StoreError(.unreadable, "what MongoDB holds for the conversation is not a list of events")
        }
        self.values = values
        length = document["count"]?.int ?? 0
        if case .from(let index) = part { first = index } else { first = max(0, length - values.count) }
        generation = document[MongoTurn.generation]?.string ?? ""
    }

    /// The position behind all events.
    var position: Revision {
        length == 0 ? .start : Revision(length: length, digest: digest(values.last))
    }

    /// The position behind one of the events that were read; nil where there is none.
    func position(at index: Int) -> Revision? {
        guard values.indices.contains(index) else { return nil }
        return Revision(length: first + index + 1, digest: digest(values[index]))
    }

    private func digest(_ event: JSON?) -> String {
        MongoDigest(time: event?["timestamp"]?.double, generation: generation).text
    }

    /// Whether to make events of it takes long.
    var isLong: Bool { values.count > ShortWork.events }

    /// The events that were read, without the first ones.
    ///
    /// - Throws: ``StoreError`` where they are not Rasa's.
    func events(after count: Int = 0) throws(StoreError) -> [Event] {
        try StoreError.events(
            from: Array(values.dropFirst(count)), "what MongoDB holds for the conversation")
    }
}
