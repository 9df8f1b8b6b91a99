/// One batch after another of a network: figures, gradients, and a step of all weights.
protocol LearningStep {
    associatedtype Figures

    var weights: NetworkWeights { get }

    /// Goes forward through the network and computes the losses and, when learning, what they give back.
    func evaluate(_ batch: [Int], random: RandomKey, isTraining: Bool) -> Figures

    /// Adds up the gradients of all weights, after an evaluation in training.
    func differentiate()

    /// Steps all weights by their gradients.
    ///
    /// - Returns: The part of regularisation in the loss, of the weights before the step.
    func learn() -> Float

    /// The part of regularisation in the loss, without a step.
    func regularization() -> Float
}

/// The figures of an epoch as Rasa's log has them: means over its batches, each batch counting the same.
protocol LearningMeans {
    associatedtype Figures

    var isFinite: Bool { get }
    var figures: [(name: String, value: Float)] { get }

    mutating func add(_ figures: Figures, regularization: Float)
}

/// The way of a network through its epochs.
struct LearningLoop<Step: LearningStep, Means: LearningMeans> where Step.Figures == Means.Figures {
    let options: LearningOptions
    let random: RandomKey
    let step: Step
    /// Of no batches.
    let means: Means

    /// - Parameters:
    ///   - kinds: What examples that are held back are drawn by: the kind of each; nil for no kinds.
    ///   - labels: What batches are balanced by: the label of each; nil for none.
    ///   - isWanted: Is told of every epoch; returns false to end with `.cancelled`.
    func run(
        examples: Int, kinds: [Int32]?, labels: [Int32]?, _ monitor: LearningMonitor,
        report isWanted: (EpochReport) -> Bool
    ) throws(NetworkTrainingError) -> TrainedNetwork {
        var held = RandomStream(random.key(.heldBack))
        let split = try HeldBackExamples(options.heldBack, of: examples, labels: kinds, using: &held)
        var plan = BatchPlan(options, examples: split.learned, labels: labels)
        var heldPlan = BatchPlan(options, examples: split.heldBack, labels: labels)
        let weights = step.weights
        var best = BestWeights()
        var batches = 0
        for epoch in 0..<options.epochs {
            var means = means
            var order = RandomStream(random.key(.batches, epoch))
            plan.begin(epoch: epoch, using: &order)
            for batch in 0..<plan.count {
                let key = random.key(.step, epoch, batch)
                let figures = step.evaluate(plan[batch].map { Int($0) }, random: key, isTraining: true)
                step.differentiate()
                means.add(figures, regularization: step.learn())
                batches += 1
                monitor.batch?(batches, means.figures)
            }
            guard means.isFinite else { throw .notFinite(epoch: epoch + 1) }
            var report = EpochReport(
                epoch: epoch + 1, epochs: options.epochs, steps: weights.steps, figures: means.figures)
            if !split.heldBack.isEmpty, options.evaluates(after: epoch) {
                heldPlan.begin(epoch: epoch, using: &order)
                report.heldBackFigures = evaluate(heldPlan, epoch)
                if options.keepsBest, best.improves(report.heldBackFigures) { best.keep(weights) }
            }
            monitor.weights?(epoch + 1, weights)
            guard isWanted(report) else { throw .cancelled }
        }
        let isBest = best.restore(weights)
        return TrainedNetwork(variables: weights.variables(), steps: weights.steps, isBest: isBest)
    }

    /// The figures of examples that are not learned from.
    private func evaluate(_ plan: BatchPlan, _ epoch: Int) -> [(name: String, value: Float)] {
        var means = means
        for batch in 0..<plan.count {
            let key = random.key(.heldBack, epoch, batch)
            let figures = step.evaluate(plan[batch].map { Int($0) }, random: key, isTraining: false)
            means.add(figures, regularization: step.regularization())
        }
        return means.figures
    }
}
