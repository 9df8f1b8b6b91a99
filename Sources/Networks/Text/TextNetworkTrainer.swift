import CKernels
import Tensors

/// Training of DIET and response selectors.
package struct TextNetworkTrainer: NetworkTrainer {
    private let options: TextOptions
    private let examples: TextExamples
    private let random: RandomKey
    private let network: TextNetwork
    private let data: TextData
    private let weights: NetworkWeights

    /// - Parameters:
    ///   - earlier: The variables of a network to go on from; nil to begin at random.
    ///   - earlierSteps: The steps that Adam had made on them; 0 begins with new moments.
    package init(
        _ options: TextOptions, _ examples: TextExamples, from earlier: [NetworkVariable]? = nil,
        earlierSteps: Int64 = 0
    ) throws(NetworkTrainingError) {
        try options.learning.check()
        try options.similarity.check()
        try options.text.check()
        try options.label.check()
        try examples.check(options)
        self.options = options
        self.examples = examples
        random = RandomKey(options.learning.seed ?? UInt64.random(in: .min ... .max))
        data = TextData(options, examples)
        var builder = NetworkBuilder(random: random, slots: TextStep.slots, earlier: earlier)
        network = try TextNetwork(options, examples, texts: data.texts, labels: data.labels, in: &builder)
        weights = builder.finish(steps: earlierSteps)
    }

    package func train(
        _ monitor: LearningMonitor, report isWanted: (EpochReport) -> Bool
    ) throws(NetworkTrainingError) -> TrainedNetwork {
        guard let table = parley_training_kernels_at(KernelLevel.best.rawValue) else { throw .cancelled }
        let step = TextStep(
            options, network, data, weights, kernels: table.pointee,
            team: ThreadTeam(threads: options.learning.threads))
        let learning = options.learning
        let labels = options.classifies ? data.labelOf : nil
        var held = RandomStream(random.key(.heldBack))
        let split = try HeldBackExamples(
            learning.heldBack, of: examples.examples.count, labels: labels, using: &held)
        var plan = BatchPlan(learning, examples: split.learned, labels: labels)
        var heldPlan = BatchPlan(learning, examples: split.heldBack, labels: labels)
        var best = BestWeights()
        var batches = 0
        for epoch in 0..<learning.epochs {
            var means = EpochMeans(options, examples)
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
                epoch: epoch + 1, epochs: learning.epochs, steps: weights.steps, figures: means.figures)
            if !split.heldBack.isEmpty, learning.evaluates(after: epoch) {
                var means = EpochMeans(options, examples)
                heldPlan.begin(epoch: epoch, using: &order)
                for batch in 0..<heldPlan.count {
                    let key = random.key(.heldBack, epoch, batch)
                    let figures = step.evaluate(heldPlan[batch].map { Int($0) }, random: key, isTraining: false)
                    means.add(figures, regularization: step.regularization())
                }
                report.heldBackFigures = means.figures
                if learning.keepsBest, best.improves(means.figures) { best.keep(weights) }
            }
            monitor.weights?(epoch + 1, weights)
            guard isWanted(report) else { throw .cancelled }
        }
        let isBest = best.restore(weights)
        return TrainedNetwork(variables: weights.variables(), steps: weights.steps, isBest: isBest)
    }
}
