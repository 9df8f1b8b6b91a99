import JSON

/// What an older Rasa does otherwise than 3.6.21 whatever the archive, so that it is left out of comparisons: the rows of
/// the table in Migrating.md that Parley does not follow.
struct VersionDifferences {
    private let version: [Int]

    init(_ version: String) { self.version = version.split(separator: ".").compactMap { Int($0) } }

    private func isBefore(_ other: [Int]) -> Bool { version.lexicographicallyPrecedes(other) }

    /// Before 3.2 slots are set at other moments of a turn, and in 3.0 only where their values change; what they are at
    /// its end is the same.
    var slotsComeAtOtherTimes: Bool { isBefore([3, 2]) }

    /// In 3.1 and 3.2 a logistic regression ranks the first ten intents by the alphabet.
    var ranksByAlphabet: Bool { !isBefore([3, 1]) && isBefore([3, 3]) }

    /// A text without words is an error of a logistic regression in Rasa, of all versions.
    func isRight(_ status: Int, recorded: Int) -> Bool { status == recorded || recorded == 500 && status == 200 }

    func parse(_ parse: JSON) -> JSON {
        guard var members = parse.object else { return parse }
        // Before 3.6.20 an understood retrieval intent does not have its full name.
        if isBefore([3, 6, 20]), var intent = members["intent"]?.object {
            intent["full_retrieval_intent_name"] = nil
            members["intent"] = .object(intent)
        }
        if ranksByAlphabet { members["intent_ranking"] = nil }
        return .object(members)
    }

    func event(_ event: JSON) -> JSON {
        guard var members = event.object else { return event }
        if let parse = members["parse_data"] { members["parse_data"] = self.parse(parse) }
        // Before 3.2 the list of UnexpecTEDIntentPolicy had another name.
        if isBefore([3, 2]), var metadata = members["metadata"]?.object,
            let ranking = metadata.removeValue(forKey: "label_ranking")
        {
            metadata["ranking"] = ranking
            members["metadata"] = .object(metadata)
        }
        return .object(members)
    }

    /// Whether a turn is another one in this version: of a text without words, which is an error of a logistic regression
    /// in Rasa, nothing is stored; in 3.0 a slot that keeps its value is not set, by which memorized turns go.
    func areOthers(_ mine: [JSON], _ theirs: [JSON]) -> Bool {
        func slots(_ events: [JSON]) -> [String] {
            events.filter { $0["event"] == "slot" && $0["name"] != "requested_slot" }.map { $0.text() }.sorted()
        }
        return theirs.isEmpty && !mine.isEmpty || isBefore([3, 1]) && slots(mine) != slots(theirs)
    }

    /// The events whose order is compared.
    func ordered(_ events: [JSON]) -> [JSON] {
        slotsComeAtOtherTimes
            ? events.filter { $0["event"] != "slot" || $0["name"] == "requested_slot" } : events
    }
}
