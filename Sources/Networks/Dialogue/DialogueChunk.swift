/// Some dialogues of a batch as rows: one for each turn, dialogue after dialogue. Its memory is used again for the next.
struct DialogueChunk: Sendable {
    /// What the rows have of one attribute.
    struct Column: Sendable {
        /// Entries of the attribute's table that are encoded.
        var picks: [UInt32] = []
        /// The rows that have the attribute, and which of the encoded entries each has.
        var rows: [UInt32] = []
        var sources: [UInt32] = []
        /// The rows of the chunks before.
        var before = AttributeEncoder.Counts()
        /// The most tokens of a text in the batch.
        var longest = 0
        /// By entry of the table its place among those encoded, or -1; all -1 between chunks.
        fileprivate var places: [Int32]
    }

    /// The examples.
    private(set) var examples: [Int] = []
    /// The turns of each.
    private(set) var lengths: [Int] = []
    /// The turn of each row.
    private(set) var turns: [Int32] = []
    var columns: [Column]

    init(_ data: DialogueData) {
        columns = data.columns.map { Column(places: Array(repeating: -1, count: $0.table.count)) }
    }

    mutating func fill(_ examples: ArraySlice<Int>, _ data: DialogueData, _ network: DialogueNetwork) {
        self.examples.removeAll(keepingCapacity: true)
        self.examples.append(contentsOf: examples)
        lengths.removeAll(keepingCapacity: true)
        turns.removeAll(keepingCapacity: true)
        for example in examples {
            lengths.append(data.dialogues[example].count)
            turns.append(contentsOf: data.dialogues[example])
        }
        for index in columns.indices {
            columns[index].fill(
                turns, data.columns[index].entries, isShared: !network.columns[index].encoder.isRandom)
        }
    }
}

extension DialogueChunk.Column {
    /// - Parameter isShared: Whether equal entries are encoded once.
    fileprivate mutating func fill(_ turns: [Int32], _ entries: [Int32], isShared: Bool) {
        picks.removeAll(keepingCapacity: true)
        rows.removeAll(keepingCapacity: true)
        sources.removeAll(keepingCapacity: true)
        for (row, turn) in turns.enumerated() {
            let entry = entries[Int(turn)]
            guard entry >= 0 else { continue }
            var place = isShared ? places[Int(entry)] : -1
            if place < 0 {
                place = Int32(picks.count)
                picks.append(UInt32(entry))
                places[Int(entry)] = place
            }
            rows.append(UInt32(row))
            sources.append(UInt32(place))
        }
        for pick in picks { places[Int(pick)] = -1 }
    }
}
