import CKernels
import Tensors

/// Training of TED and UnexpecTED.
package struct DialogueNetworkTrainer: NetworkTrainer {
    private let options: DialogueOptions
    private let examples: DialogueExamples
    private let random: RandomKey
    private let network: DialogueNetwork
    private let data: DialogueData
    private let weights: NetworkWeights

    /// - Parameters:
    ///   - earlier: The variables of a network to go on from; nil to begin at random.
    ///   - earlierSteps: The steps that Adam had made on them; 0 begins with new moments.
    /// - Throws: ``NetworkTrainingError`` with `.unfit` for other weights, `.unsuited` for what cannot be learned from.
    package init(
        _ options: DialogueOptions, _ examples: DialogueExamples, from earlier: [NetworkVariable]? = nil,
        earlierSteps: Int64 = 0
    ) throws(NetworkTrainingError) {
        try options.check()
        try examples.check(options)
        self.options = options
        self.examples = examples
        random = RandomKey(options.learning.seed ?? UInt64.random(in: .min ... .max))
        data = DialogueData(options, examples)
        var builder = NetworkBuilder(random: random, slots: DialogueStep.slots, earlier: earlier)
        network = try DialogueNetwork(options, data, entityTags: examples.entityTags, in: &builder)
        weights = builder.finish(steps: earlierSteps)
    }

    package func train(
        _ monitor: LearningMonitor, report isWanted: (EpochReport) -> Bool
    ) throws(NetworkTrainingError) -> TrainedNetwork {
        let loop = LearningLoop(
            options: options.learning, random: random, step: try step(),
            means: DialogueMeans(hasTags: network.tagger != nil))
        return try loop.run(
            examples: data.dialogues.count, kinds: data.labelKinds, labels: data.singleLabels, monitor, report: isWanted
        )
    }

    /// The similarities of a trained network, for every example one to each label, as they are outside of training. Of
    /// dialogues that are read from their begin, for every turn.
    package func similarities(of trained: TrainedNetwork) throws(NetworkTrainingError) -> [[Float]] {
        try Self(options, examples, from: trained.variables).similarities()
    }

    private func similarities() throws(NetworkTrainingError) -> [[Float]] {
        let step = try step()
        var result: [[Float]] = []
        for start in stride(from: 0, to: data.dialogues.count, by: Self.similarityBatch) {
            let batch = start..<min(start + Self.similarityBatch, data.dialogues.count)
            result.append(contentsOf: step.similarities(Array(batch)))
        }
        return result
    }

    private static let similarityBatch = 256

    /// The machinery of batches on this network's weights.
    func step() throws(NetworkTrainingError) -> DialogueStep {
        guard let table = parley_training_kernels_at(KernelLevel.best.rawValue) else { throw .cancelled }
        return DialogueStep(
            options, network, data, weights, kernels: table.pointee,
            team: ThreadTeam(threads: options.learning.threads))
    }
}
