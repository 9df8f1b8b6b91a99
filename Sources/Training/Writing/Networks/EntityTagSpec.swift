import ExactText
import JSON

/// The tags of one kind that a network tells apart: entities, roles or groups. Id 0 means none.
struct EntityTagSpec: Sendable, Hashable {
    /// `entity`, `role` or `group`.
    let kind: String
    /// The tags by their ids.
    let tags: [String]

    private static let prefixes = ["B-", "I-", "L-", "U-"]

    /// - Parameter isBILOU: Whether a tag says where in an entity a token stands.
    init(kind: String, names: some Sequence<String>, isBILOU: Bool) {
        self.init(kind: kind, ordered: Set<ExactString>(names).sorted().map(\.string), isBILOU: isBILOU)
    }

    /// The same for names in the order of their ids, each once.
    init(kind: String, ordered names: [String], isBILOU: Bool) {
        self.kind = kind
        tags = ["O"] + (isBILOU ? names.flatMap { name in Self.prefixes.map { $0 + name } } : names)
    }

    var json: JSON {
        // As in Rasa's files, what means none comes last.
        let ids = Array(tags.indices.dropFirst()) + [0]
        return [
            "tag_name": .string(kind),
            "ids_to_tags": .object(JSONObject(ids.map { ("\($0)", .string(tags[$0])) })),
            "tags_to_ids": .object(JSONObject(ids.map { (tags[$0], .int($0)) })),
            "num_tags": .int(tags.count),
        ]
    }
}
