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
        let labels = options.classifies ? data.labelOf : nil
        let loop = LearningLoop(
            options: options.learning, random: random, step: step, means: EpochMeans(options, examples))
        return try loop.run(
            examples: examples.examples.count, kinds: labels, labels: labels, monitor, report: isWanted)
    }
}
