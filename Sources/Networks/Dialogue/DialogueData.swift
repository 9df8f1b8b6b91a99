/// The examples of a network of dialogues as its steps take them.
struct DialogueData: Sendable {
    /// What turns are made of, in the order of their places.
    let columns: [AttributeColumn]
    /// The turns of each example in the order in which the network reads them.
    let dialogues: [[Int32]]
    /// What follows: one label, or all that can, or one after each turn where dialogues are read from their begin.
    let labels: [[Int32]]
    let labelColumns: [AttributeColumn]
    let labelCount: Int
    /// By turn the tags of its text.
    let tags: [[Int32]]

    init(_ options: DialogueOptions, _ examples: DialogueExamples) {
        let owners = examples.turns.map(\.attributes)
        columns = TurnAttribute.places.joined().compactMap { AttributeColumn($0, in: owners) }
        dialogues = examples.examples.map { options.readsBackwards ? $0.turns.reversed() : $0.turns }
        labels = examples.examples.map(\.labels)
        let labels = examples.labels
        labelColumns = TurnAttribute.places.joined().filter(\.isEncoded).compactMap { AttributeColumn($0, in: labels) }
        labelCount = labels.count
        tags = examples.turns.map(\.tags)
    }

    /// The labels of the example that has most.
    var widestLabels: Int { labels.map(\.count).max() ?? 0 }

    /// The label of each example; nil where one has not exactly one. Rasa balances no other batches.
    var singleLabels: [Int32]? { labels.allSatisfy { $0.count == 1 } ? labels.map { $0[0] } : nil }

    /// A number for each different list of labels.
    var labelKinds: [Int32] {
        var numbers: [[Int32]: Int32] = [:]
        return labels.map { list in
            let number = numbers[list] ?? Int32(numbers.count)
            numbers[list] = number
            return number
        }
    }
}
