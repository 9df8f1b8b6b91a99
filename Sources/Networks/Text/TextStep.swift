import CKernels
import Glibc

/// One batch after another: figures, gradients, and a step of all weights.
///
/// The chunks of a batch are computed side by side up to what losses see; the losses join them; the way back is side by
/// side again.
///
/// Unchecked: what threads share is written between their jobs.
final class TextStep: LearningStep, @unchecked Sendable {
    private let options: TextOptions
    private let network: TextNetwork
    private let data: TextData
    let weights: NetworkWeights
    private let kernels: parley_training_kernels
    private let team: ThreadTeam
    private let adam: Adam
    private let labelPass: Pass
    private let works: [TextChunkWork]
    private let fields: [Tagger.Field]

    private var labels: LabelComparison
    private var words: WordComparison
    private var chunks: [Range<Int>] = []
    private var labelTrace: LabelSide.Trace?

    /// The slots of gradients: one for labels and one for each chunk.
    static let slots = BatchChunks.max + 1

    init(
        _ options: TextOptions, _ network: TextNetwork, _ data: TextData, _ weights: NetworkWeights,
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
            TextChunkWork(network, data, pass: Pass(weights, slot: slot, kernels: kernels))
        }
        fields = network.taggers.map { Tagger.Field(tags: $0.tags.count) }
        labels = LabelComparison(options.similarity, data, areApart: network.labels?.isRandom == true)
        words = WordComparison(options.similarity, data)
    }

    /// What a batch brought.
    struct Figures {
        /// Of all parts, without regularisation.
        var loss: Float = 0
        var label: LossFigures?
        var word: LossFigures?
        /// By tagger.
        var tagLosses: [Float] = []
        var scores: [TagScore] = []
    }

    /// What chance decides in a batch beside dropout, for those who want to decide it themselves.
    struct Draws: Sendable {
        var labelNegatives: Negatives?
        var hiddenWords: HiddenWords?
        var wordNegatives: Negatives?
        /// From 0 to 1, for a row of the batch and a feature of it.
        var noise: (@Sendable (_ row: Int, _ feature: Int) -> Float)?
    }

    func evaluate(_ batch: [Int], random: RandomKey, isTraining: Bool) -> Figures {
        evaluate(batch, random: random, isTraining: isTraining, draws: Draws())
    }

    /// Goes forward through the network and computes the losses and, when learning, what they give back.
    func evaluate(_ batch: [Int], random: RandomKey, isTraining: Bool, draws: Draws) -> Figures {
        prepare(batch, random: random, isTraining: isTraining)
        let guesses = isTraining && network.words != nil
        if guesses { hideWords(batch, random: random, given: draws.hiddenWords) }
        encode(batch, guesses: guesses, noise: draws.noise ?? noise(random.key(.hiddenWords, 1)))
        var figures = Figures()
        if network.labels != nil {
            let found = labels.compare(batch, random: random, given: draws.labelNegatives)
            figures.label = found
            figures.loss += found.loss
        }
        if guesses {
            let found = words.compare(random: random, given: draws.wordNegatives)
            figures.word = found
            figures.loss += found.loss
        }
        judgeTags(batch.count, &figures)
        return figures
    }

    /// Adds up the gradients of all weights, after ``evaluate(_:random:isTraining:draws:)``.
    func differentiate() {
        let (count, sides) = (chunks.count, labelTrace == nil ? 0 : 1)
        team.run(count + sides + weights.sparse.count) { [self] part in
            if part < count {
                let first = words.firsts.isEmpty ? 0 : words.firsts[part] * network.dimension
                works[part].backward(
                    embeddings: labels.texts.gradients + chunks[part].lowerBound * network.dimension,
                    guesses: words.guesses.gradients + first, goldens: words.goldens.gradients + first)
            } else if part < count + sides {
                guard let labelTrace else { return }
                network.labels?.backward(labelTrace, labels.labels.gradients, in: labelPass)
            } else {
                weights.sparse[part - count - sides].sortEntries()
            }
        }
    }

    /// Steps all weights by their gradients.
    ///
    /// - Returns: The part of regularisation in the loss, of the weights before the step.
    func learn() -> Float { Float(adam.step(slots: chunks.count + 1, on: team)) }

    /// λ Σ w², without a step.
    func regularization() -> Float { Float(adam.regularization(on: team)) }

    /// Computes the rows before the transformer, and the labels.
    private func prepare(_ batch: [Int], random: RandomKey, isTraining: Bool) {
        chunks = BatchChunks(rows: batch.map { network.skipsTokens ? 1 : data.texts.rows($0) }).ranges
        let wanted = labels.prepare(batch, dimension: network.dimension)
        let longest = batch.map { data.texts.tokens($0).count }.max() ?? 0
        var places: [TextChunkWork.Place] = []
        var tokens = 0
        for chunk in chunks {
            places.append(.init(longest: longest, firstToken: tokens, firstText: chunk.lowerBound))
            for text in batch[chunk] { tokens += TextChunk.tokens(text, data.texts, network.skipsTokens).count }
        }
        network.text.combination.begin(tokens: tokens, sentences: batch.count)
        for (tagger, field) in zip(network.taggers, fields) {
            field.prepare(weights.store.values + tagger.transitions.offset, kernels)
        }
        let (count, sides, masked) = (chunks.count, network.labels == nil ? 0 : 1, weights.masked.count)
        let starts = places
        team.run(count + sides + (isTraining ? masked : 0)) { [self] part in
            if part < count {
                works[part].pass.begin(random: random.key(.step, part + 1), isTraining: isTraining)
                works[part].prepare(batch[chunks[part]], starts[part])
            } else if part < count + sides {
                labelPass.begin(random: random.key(.step, 0), isTraining: isTraining)
                labelTrace = network.labels?.forward(wanted, to: labels.labels.values, in: labelPass)
            } else {
                weights.orderRows(ofMasked: part - count - sides, kernels)
            }
        }
    }

    private func hideWords(_ batch: [Int], random: RandomKey, given: HiddenWords?) {
        let rows = chunks.indices.compactMap { works[$0].rows }
        words.hide(batch, chunks, rows, dimension: network.dimension, random: random, given: given)
    }

    private func noise(_ key: RandomKey) -> @Sendable (Int, Int) -> Float {
        let width = network.text.inputWidth
        return { row, feature in key.share(row * width + feature) }
    }

    private func encode(_ batch: [Int], guesses: Bool, noise: @escaping @Sendable (Int, Int) -> Float) {
        let needsLosses = options.similarity.scalesLoss
        let dimension = network.dimension
        team.run(chunks.count) { [self] part in
            let (texts, embeddings) = (batch[chunks[part]], labels.texts.values + chunks[part].lowerBound * dimension)
            guard guesses, let rows = words.rows else {
                works[part].encode(texts, embeddings: embeddings, fields: fields, needsLosses: needsLosses)
                return
            }
            let first = words.firsts[part] * dimension
            works[part].encode(
                texts, hiding: words.hidden(part, in: works[part].pass), among: rows, noise: noise,
                guesses: words.guesses.values + first, goldens: words.goldens.values + first,
                embeddings: embeddings, fields: fields, needsLosses: needsLosses)
        }
    }

    /// The losses of tags, their gradients and scores.
    private func judgeTags(_ examples: Int, _ figures: inout Figures) {
        guard !network.taggers.isEmpty else { return }
        let share = 1 / Float(examples)
        let scales = tagScales()
        team.run(chunks.count) { [self] part in
            let work = works[part]
            work.weigh(fields) { tagger, text in
                share * (scales.isEmpty ? 1 : scales[tagger](exp(-work.tagged[tagger].losses[text])))
            }
        }
        for tagger in network.taggers.indices {
            var (loss, score): (Float, TagScore) = (0, TagScore())
            for (chunk, work) in zip(chunks, works) {
                for text in 0..<chunk.count {
                    let one = work.tagged[tagger].losses[text]
                    loss += share * one * (scales.isEmpty ? 1 : scales[tagger](exp(-one)))
                }
                score.add(work.scores[tagger])
            }
            figures.tagLosses.append(loss)
            figures.scores.append(score)
            figures.loss += loss
        }
    }

    /// How much less tags count that are learned already; empty where none does.
    private func tagScales() -> [LossScale] {
        guard options.similarity.scalesLoss else { return [] }
        return network.taggers.indices.map { tagger in
            var lowest = Float.infinity
            for (chunk, work) in zip(chunks, works) {
                for text in 0..<chunk.count { lowest = min(lowest, work.tagged[tagger].losses[text]) }
            }
            return LossScale(highest: exp(-lowest))
        }
    }
}
