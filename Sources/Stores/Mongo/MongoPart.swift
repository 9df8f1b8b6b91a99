import JSON

/// Which of a conversation's events are read.
enum MongoPart: Sendable {
    case all
    /// Those from this index on.
    case from(Int)
    /// Those since the last session began, and the one before.
    case lastSession

    /// More events than a document of 16 MB can hold.
    private static let maxCount = 1 << 24

    /// What the server has to do with the collection, in stages that it knows since version 3.4.
    func stages(_ conversation: String) -> [JSON] {
        let events: JSON =
            switch self {
            case .all: "$events"
            case .from(let index): ["$slice": ["$events", .int(index), .int(Self.maxCount)]]
            case .lastSession: Self.sessionsEvents
            }
        return [
            ["$match": ["sender_id": .string(conversation)]], ["$limit": 1],
            [
                "$project": [
                    "_id": 0, MongoTurn.generation: 1, "count": Self.ifList(["$size": "$events"]),
                    "events": Self.ifList(events),
                ]
            ],
        ]
    }

    /// As many events from the end as there are up to the first beginning of a session, and one more: the action that
    /// began it.
    private static var sessionsEvents: JSON {
        let place: JSON = ["$indexOfArray": [["$reverseArray": "$events.event"], .string(sessionStarted)]]
        return [
            "$cond": [
                ["$in": [.string(sessionStarted), "$events.event"]],
                ["$slice": ["$events", ["$subtract": [-2, place]]]], "$events",
            ]
        ]
    }

    private static let sessionStarted = "session_started"

    /// What is no list is left as it is, so that the reader can tell.
    private static func ifList(_ value: JSON) -> JSON {
        ["$cond": [["$isArray": "$events"], value, ["$ifNull": ["$events", []]]]]
    }
}
