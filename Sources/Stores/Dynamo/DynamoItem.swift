import Dialogue
import ExactText
import JSON

struct DynamoItem {
    /// The attribute that holds the fence of the last writer; Rasa neither reads nor keeps it.
    static let fence = "parley_fence"
    /// The attribute that holds the fence of the writer who last replaced the whole conversation: tells it from the one
    /// before, which may have been as long and have ended at the same time.
    static let generation = "parley_generation"

    /// The fence of the last writer; empty where it was Rasa.
    let fence: String
    private let values: [JSON]
    private let generation: String

    init(_ attributes: JSON) {
        values = attributes["events"]?["L"]?.array ?? []
        fence = attributes[Self.fence]?["N"]?.string ?? ""
        generation = attributes[Self.generation]?["N"]?.string ?? ""
    }

    /// The position behind all events.
    var end: Revision { position(at: values.count) ?? .start }

    /// The position behind so many events; nil where there are fewer.
    func position(at length: Int) -> Revision? {
        guard length <= values.count else { return nil }
        return Revision(
            length: length, digest: DynamoDigest(ofLast: values.prefix(length), generation: generation).text)
    }

    /// The events without the first ones.
    ///
    /// - Throws: ``StoreError`` where they are not Rasa's.
    func events(after count: Int = 0) throws(StoreError) -> [Event] {
        try StoreError.events(
            decoding: values.dropFirst(count).lazy.map(DynamoValue.decode), "what DynamoDB holds for the conversation")
    }
}

/// What a position remembers of the last event.
struct DynamoDigest {
    /// Its time, as a number's text; empty where it has none.
    let time: String
    /// The conversation's generation; empty where it was never replaced.
    let generation: String

    init(_ text: String) {
        let parts = text.exact.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        time = String(parts.first ?? "")
        generation = parts.count > 1 ? String(parts[1]) : ""
    }

    /// - Parameter values: Events as DynamoDB has them.
    init(ofLast values: some BidirectionalCollection<JSON>, generation: String) {
        time = Self.time(values.last) ?? ""
        self.generation = generation
    }

    var text: String { generation.isEmpty ? time : "\(time)/\(generation)" }

    private static func time(_ event: JSON?) -> String? {
        guard let text = event?["M"]?["timestamp"]?["N"]?.string, text.exact.contains(".") else {
            return event?["M"]?["timestamp"]?["N"]?.string
        }
        // The service drops zeros at the end, stand-ins may not.
        let digits = text.reversed().drop { $0 == "0" }.reversed()
        return String(digits.last == "." ? Array(digits.dropLast()) : Array(digits))
    }
}
