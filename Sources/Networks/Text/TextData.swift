/// The examples of a network of texts as its steps take them.
struct TextData: Sendable {
    let texts: FeatureTable
    let labels: FeatureTable
    /// The label of each example; 0 where there is none to be told.
    let labelOf: [Int32]
    /// For each tag set the tags of all token rows of the table.
    let tags: [[Int32]]
    /// For each token row of the table which words are the same; empty where none are guessed.
    let words: [Int32]

    init(_ options: TextOptions, _ examples: TextExamples) {
        let texts = FeatureTable(examples.examples.map(\.rows))
        self.texts = texts
        labels = FeatureTable(options.classifies ? examples.labels : [])
        labelOf = examples.examples.map { Int32($0.label ?? 0) }
        tags = examples.tagSets.indices.map { set in
            var all = [Int32](repeating: 0, count: texts.tokenStarts.last ?? 0)
            for (index, example) in examples.examples.enumerated() where set < example.tags.count {
                for (row, tag) in zip(texts.tokens(index), example.tags[set]) { all[row] = tag }
            }
            return all
        }
        var classes = WordClasses()
        words = options.guessesWords ? examples.examples.flatMap { classes.classes(of: $0.rows.sequence) } : []
    }
}
