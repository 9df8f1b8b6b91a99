import JSON

/// What an older Rasa does otherwise than 3.6.21 whatever the archive, so that it is left out of comparisons: the rows of
/// the table in Migrating.md that Parley does not follow.
struct VersionDifferences {
    private let version: [Int]

    init(_ version: String) { self.version = version.split(separator: ".").compactMap { Int($0) } }

    /// Before 3.6.20 an understood retrieval intent does not have its full name.
    private var namesRetrievalIntents: Bool { !version.lexicographicallyPrecedes([3, 6, 20]) }

    func parse(_ parse: JSON) -> JSON {
        guard var members = parse.object, !namesRetrievalIntents else { return parse }
        if var intent = members["intent"]?.object {
            intent["full_retrieval_intent_name"] = nil
            members["intent"] = .object(intent)
        }
        return .object(members)
    }

    func event(_ event: JSON) -> JSON {
        guard var members = event.object, let parse = members["parse_data"] else { return event }
        members["parse_data"] = self.parse(parse)
        return .object(members)
    }
}
