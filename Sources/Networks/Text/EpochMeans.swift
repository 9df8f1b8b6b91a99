/// The figures of DIET and response selectors.
struct EpochMeans: LearningMeans {
    private let tagSets: [TagSet]
    private let labelFigure: String?
    private let guessesWords: Bool
    private var batches = 0
    private var loss = 0.0
    private var label = 0.0
    private var word = 0.0
    /// By tagger, since the epoch's begin; the mean is over what each batch left of it.
    private var scores: [TagScore]
    private var f1s: [Double]

    init(_ options: TextOptions, _ examples: TextExamples) {
        tagSets = options.tags ? examples.tagSets.filter { $0.count > 0 } : []
        labelFigure = options.classifies ? options.labelFigure : nil
        guessesWords = options.guessesWords
        scores = tagSets.map { _ in TagScore() }
        f1s = tagSets.map { _ in 0 }
    }

    var isFinite: Bool { loss.isFinite }

    mutating func add(_ figures: TextStep.Figures, regularization: Float) {
        batches += 1
        loss += Double(figures.loss) + Double(regularization)
        label += Double(figures.label?.accuracy ?? 0)
        word += Double(figures.word?.accuracy ?? 0)
        for (index, score) in figures.scores.enumerated() {
            scores[index].add(score)
            f1s[index] += Double(scores[index].f1)
        }
    }

    /// In Rasa's order: total, words, labels, entities, groups, roles.
    var figures: [(name: String, value: Float)] {
        func mean(_ sum: Double) -> Float { Float(sum / Double(max(batches, 1))) }
        var figures = [(name: "t_loss", value: mean(loss))]
        if guessesWords { figures.append(("m_acc", mean(word))) }
        if let labelFigure { figures.append((labelFigure, mean(label))) }
        for kind in [TagSet.Kind.entity, .group, .role] {
            for (set, f1) in zip(tagSets, f1s) where set.kind == kind {
                figures.append(("\(kind.rawValue.prefix(1))_f1", mean(f1)))
            }
        }
        return figures
    }
}
