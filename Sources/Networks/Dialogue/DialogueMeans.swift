/// The figures of TED and UnexpecTED.
struct DialogueMeans: LearningMeans {
    private let hasTags: Bool
    private var batches = 0
    private var loss = 0.0
    private var label = (loss: 0.0, accuracy: 0.0)
    /// Batches with tags.
    private var tagged = 0
    private var tagLoss = 0.0
    /// Since the epoch's begin; the mean is over what each batch left of it.
    private var score = TagScore()
    private var f1 = 0.0

    init(hasTags: Bool) { self.hasTags = hasTags }

    var isFinite: Bool { loss.isFinite }

    mutating func add(_ figures: DialogueStep.Figures, regularization: Float) {
        batches += 1
        loss += Double(figures.loss) + Double(regularization)
        label.loss += Double(figures.label.loss)
        label.accuracy += Double(figures.label.accuracy)
        guard let tagLoss = figures.tagLoss else { return }
        tagged += 1
        self.tagLoss += Double(tagLoss)
        score.add(figures.score)
        f1 += Double(score.f1)
    }

    var figures: [(name: String, value: Float)] {
        func mean(_ sum: Double, _ count: Int) -> Float { Float(sum / Double(max(count, 1))) }
        var figures = [
            (name: "t_loss", value: mean(loss, batches)), ("loss", mean(label.loss, batches)),
            ("acc", mean(label.accuracy, batches)),
        ]
        if hasTags { figures += [("e_loss", mean(tagLoss, tagged)), ("e_f1", mean(f1, tagged))] }
        return figures
    }
}
