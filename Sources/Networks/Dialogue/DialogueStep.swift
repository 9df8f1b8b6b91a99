import CKernels
import Glibc

/// One batch of dialogues after another: figures, gradients, and a step of all weights.
///
/// The chunks of a batch are computed side by side up to what losses see; the losses join them; the way back is side by
/// side again.
///
/// Unchecked: what threads share is written between their jobs.
final class DialogueStep: LearningStep, @unchecked Sendable {
    private let options: DialogueOptions
    private let network: DialogueNetwork
    private let data: DialogueData
    let weights: NetworkWeights
    private let kernels: parley_training_kernels
    private let team: ThreadTeam
    private let adam: Adam
    private let labelPass: Pass
    private let works: [DialogueChunkWork]
    private let field: Tagger.Field?

    private var comparison: DialogueComparison
    /// The chunks of this batch; the first of the works compute them.
    private var chunks: [Range<Int>] = []
    /// The first row of each among those that are compared with labels.
    private var firstRows: [Int] = []
    private var labelTrace: DialogueLabelSide.Trace?
    /// Embeddings of dialogues and of all labels, each with its gradient.
    private let rows = RowBuffer()
    private let labelRows = RowBuffer()

    /// The slots of gradients: one for labels and one for each chunk.
    static let slots = BatchChunks.max + 1

    init(
        _ options: DialogueOptions, _ network: DialogueNetwork, _ data: DialogueData, _ weights: NetworkWeights,
        kernels: parley_training_kernels, team: ThreadTeam
    ) {
        self.options = options
        self.network = network
        self.data = data
        self.weights = weights
        self.kernels = kernels
        self.team = team
        adam = Adam(
            weights, learningRate: options.learning.learningRate, regularization: options.learning.regularization,
            kernels: kernels)
        labelPass = Pass(weights, slot: 0, kernels: kernels)
        works = (1...BatchChunks.max).map { slot in
            DialogueChunkWork(
                network, data, onlyLatest: options.readsBackwards, pass: Pass(weights, slot: slot, kernels: kernels))
        }
        field = network.tagger.map { Tagger.Field(tags: $0.tagger.tags.count) }
        comparison = DialogueComparison(options, data)
    }

    /// What a batch brought.
    struct Figures {
        /// Of all parts, without regularisation.
        var loss: Float = 0
        var label = LossFigures()
        /// Nil where no text had tags.
        var tagLoss: Float?
        var score = TagScore()
    }

    func evaluate(_ batch: [Int], random: RandomKey, isTraining: Bool) -> Figures {
        evaluate(batch, random: random, isTraining: isTraining, negatives: nil)
    }

    /// Goes forward through the network and computes the losses and what they give back.
    ///
    /// - Parameter negatives: What examples are held against; nil draws it.
    func evaluate(_ batch: [Int], random: RandomKey, isTraining: Bool, negatives: Negatives?) -> Figures {
        forward(batch, random: random, isTraining: isTraining)
        var figures = Figures()
        figures.label = comparison.evaluate(
            batch, rows: rows, labels: labelRows, negatives: negatives, random: random)
        figures.loss = figures.label.loss
        judgeTags(&figures)
        return figures
    }

    /// Adds up the gradients of all weights, after ``evaluate(_:random:isTraining:negatives:)``.
    func differentiate() {
        let count = chunks.count
        team.run(count + 1 + weights.sparse.count) { [self] part in
            if part < count {
                works[part].backward(
                    embeddings: UnsafePointer(rows.gradients + firstRows[part] * network.dimension))
            } else if part == count {
                guard let labelTrace else { return }
                network.labels.backward(labelTrace, labelRows.gradients, in: labelPass)
            } else {
                weights.sparse[part - count - 1].sortEntries()
            }
        }
    }

    /// Steps all weights by their gradients.
    ///
    /// - Returns: The part of regularisation in the loss, of the weights before the step.
    func learn() -> Float { Float(adam.step(slots: chunks.count + 1, on: team)) }

    /// λ Σ w², without a step.
    func regularization() -> Float { Float(adam.regularization(on: team)) }

    /// The similarity to all labels of each row that is compared with them.
    func similarities(_ batch: [Int]) -> [[Float]] {
        forward(batch, random: RandomKey(0), isTraining: false)
        let count = works.prefix(chunks.count).reduce(0) { $0 + $1.rows }
        return comparison.similarities(count, rows: rows, labels: labelRows)
    }

    private func forward(_ batch: [Int], random: RandomKey, isTraining: Bool) {
        fill(batch)
        let dimension = network.dimension
        labelRows.resize(data.labelCount * dimension)
        if let tagger = network.tagger?.tagger {
            field?.prepare(weights.store.values + tagger.transitions.offset, kernels)
        }
        let (count, masked) = (chunks.count, weights.masked.count)
        team.run(count + 1 + (isTraining ? masked : 0)) { [self] part in
            if part < count {
                let work = works[part]
                work.pass.begin(random: random.key(.step, part + 1), isTraining: isTraining)
                work.forward(embeddings: rows.values + firstRows[part] * dimension, field: field)
            } else if part == count {
                labelPass.begin(random: random.key(.step, 0), isTraining: isTraining)
                labelTrace = network.labels.forward(to: labelRows.values, in: labelPass)
            } else {
                weights.orderRows(ofMasked: part - count - 1, kernels)
            }
        }
    }

    /// Cuts the batch into chunks and makes room for their rows.
    private func fill(_ batch: [Int]) {
        chunks = BatchChunks(rows: batch.map { data.dialogues[$0].count }).ranges
        firstRows.removeAll(keepingCapacity: true)
        var row = 0
        for (chunk, work) in zip(chunks, works) {
            work.chunk.fill(batch[chunk], data, network)
            firstRows.append(row)
            row += work.rows
        }
        rows.resize(row * network.dimension)
        for (index, column) in network.columns.enumerated() {
            var counts = AttributeEncoder.Counts()
            for work in works.prefix(chunks.count) {
                work.chunk.columns[index].before = counts
                counts.add(column.encoder.counts(work.chunk.columns[index].picks))
            }
            for work in works { work.chunk.columns[index].longest = counts.longest }
            column.encoder.begin(counts)
        }
    }

    /// The loss of tags, its gradients and score.
    private func judgeTags(_ figures: inout Figures) {
        guard let tagger = network.tagger?.tagger, let field else { return }
        let works = works.prefix(chunks.count)
        let losses = works.flatMap { $0.tagged.map { Array($0.losses) } ?? [] }
        guard !losses.isEmpty else { return }
        let share = 1 / Float(losses.count)
        let highest = exp(-(losses.min() ?? 0))
        let scale = LossScale(highest: options.similarity.scalesLoss ? highest : nil)
        team.run(chunks.count) { part in
            works[part].weigh(tagger, field) { share * scale(exp(-$0)) }
        }
        var loss: Float = 0
        for one in losses { loss += share * one * scale(exp(-one)) }
        for work in works { figures.score.add(work.score) }
        figures.tagLoss = loss
        figures.loss += loss
    }
}
