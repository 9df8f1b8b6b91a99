import Tensors

/// One attribute of turns or labels: its different features, each once, and which of them each turn has.
///
/// Dialogues say the same few things in many turns, so what does not depend on chance is computed once for all of them.
struct AttributeColumn: Sendable {
    let attribute: TurnAttribute
    let table: FeatureTable
    /// By turn the entry of the table, or -1 where the turn lacks the attribute.
    let entries: [Int32]

    /// Nil where nothing has the attribute.
    init?(_ attribute: TurnAttribute, in owners: [[TurnAttribute: TextFeatureRows]]) {
        var (numbers, different): ([FeatureKey: Int32], [TextFeatureRows]) = ([:], [])
        entries = owners.map { owner in
            guard let rows = owner[attribute] else { return -1 }
            let key = FeatureKey(rows)
            if let known = numbers[key] { return known }
            let number = Int32(different.count)
            numbers[key] = number
            different.append(rows)
            return number
        }
        self.attribute = attribute
        table = FeatureTable(different)
        guard attribute.isText ? table.sequence ?? table.sentence != nil : table.sentence != nil else { return nil }
    }
}

/// What features consist of, to find those that are alike.
private struct FeatureKey: Hashable {
    private var words: [UInt32] = []

    init(_ rows: TextFeatureRows) {
        for set in [rows.sequence, rows.sentence] {
            if let sparse = set.sparse {
                words.append(UInt32(sparse.rowStarts.count))
                words.append(contentsOf: sparse.rowStarts.lazy.map { UInt32(bitPattern: $0) })
                words.append(contentsOf: sparse.columnIndices.lazy.map { UInt32(bitPattern: $0) })
                words.append(contentsOf: sparse.values.lazy.map(\.bitPattern))
            }
            words.append(UInt32(set.dense?.rows ?? 0))
            words.append(contentsOf: (set.dense?.values ?? []).lazy.map(\.bitPattern))
        }
    }
}

extension TurnAttribute {
    /// In the order in which they make up a turn: the user, what the assistant did, and the rest by name. What stands
    /// together shares its place and is added up.
    static let places: [[TurnAttribute]] = [
        [.intent, .text], [.actionName, .actionText], [.activeLoop], [.entities], [.slots],
    ]

    /// Whether it is brought to `encoding_dimension` numbers (Rasa's `encoding_layer`).
    var isEncoded: Bool {
        switch self {
        case .intent, .text, .actionName, .actionText: true
        case .entities, .slots, .activeLoop: false
        }
    }
}
