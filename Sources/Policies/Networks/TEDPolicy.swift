import Dialogue
import JSON
import ModelArchive
import Tensors
import TextFeatures

/// Predicts the next action with the dialogue network (Rasa's `TEDPolicy`), by the intent of the last message or, where
/// stories have texts of users, by its text.
struct TEDPolicy: Policy {
    /// What the network says about one way to see the last message.
    private struct Score {
        let states: [DialogueState]
        let outcome: DialogueNetwork.Outcome
        let confidences: [Float]
    }

    private let settings: PolicySettings
    var priority: Double? { settings.priority }
    var options: ComponentOptions { settings.options }
    /// Predictions by texts go before all by intents.
    var yieldsToCertainty: Bool { network.map { $0.usesSoftmax && !$0.hasText } ?? true }
    var looksAtAll: Bool { settings.maxHistory == nil }
    private let network: DialogueNetwork?
    private let tagger: DialogueEntityTagger?
    private static let stem = "ted_policy"
    /// Actions that keep their confidences, 0 for all; nil where the option cannot be used.
    private let rankingLength: Int?
    private let renormalizes: Bool
    /// What the confidence by the text must exceed for the text to count.
    private let textThreshold: Float?

    init(
        _ node: GraphNode, _ model: PreparedModel, actions: Int, featurizer: TextFeaturizer?,
        using workspace: Workspace
    ) throws {
        settings = try PolicySettings(node, model, defaultPriority: 1)
        network = try DialogueNetwork(
            settings, model, stem: Self.stem, featurizer: featurizer, using: workspace)
        tagger = try DialogueEntityTagger(node, settings, model, stem: Self.stem, featurizer)
        let options = settings.options
        textThreshold = options.operand("e2e_confidence_threshold", default: 0.5).map { Float($0) }
        rankingLength = options.limit("ranking_length", default: 0, among: actions)
        renormalizes = options.flag("renormalize_confidences", default: false)
    }

    func predict(_ context: PredictionContext) throws -> Prediction {
        guard let network else { return settings.prediction(context.nothing) }
        let looksAtTextOnly = network.hasText && !network.hasIntent
        var best = try score(network, context, byText: looksAtTextOnly)
        var isByText = looksAtTextOnly
        if network.hasText, !looksAtTextOnly, context.followsListen {
            let other = try score(network, context, byText: true)
            guard let textThreshold else {
                throw ModelFailure(options, "e2e_confidence_threshold", "a number")
            }
            if let confidence = other.confidences.max(), confidence > textThreshold,
                let mine = best.outcome.similarities.max(), let its = other.outcome.similarities.max(), its > mine
            {
                (best, isByText) = (other, true)
            }
        }
        var confidences = best.confidences
        guard let rankingLength else { throw ModelFailure(options, "ranking_length", "a whole number") }
        if rankingLength > 0, rankingLength < confidences.count {
            keepBest(rankingLength, of: &confidences, network.usesSoftmax)
        }
        var prediction = settings.prediction(ActionConfidences(confidences.map(Double.init)))
        prediction.isEndToEnd = isByText
        // Entities belong to the new message, and are known only if its text decided.
        if isByText, context.followsListen {
            prediction.optionalEvents = try entities(best, network, context)
        }
        return prediction
    }

    private func entities(
        _ score: Score, _ network: DialogueNetwork, _ context: PredictionContext
    ) throws -> [Event.Body] {
        guard let tagger, let text = context.tracker.latestMessage.text,
            let rows = try network.textRows(score.states, using: context.workspace)
        else { return [] }
        let found = try tagger.entities(
            in: text, rows: rows, dialogue: score.outcome.dialogue, using: context.workspace)
        return found.isEmpty ? [] : [.entities(EntitiesAdded(found))]
    }

    private func score(
        _ network: DialogueNetwork, _ context: PredictionContext, byText: Bool
    ) throws -> Score {
        let states = settings.states(context.history, byText: byText)
        let outcome = try network.outcome(states, using: context.workspace)
        let similarities = outcome.similarities
        guard similarities.count == context.domain.actionNames.count else {
            throw PolicyError(
                .badFiles,
                "\(settings.name) knows \(similarities.count) actions, the domain "
                    + "\(context.domain.actionNames.count)")
        }
        var confidences = similarities
        if network.usesSoftmax { softmax(&confidences, using: context.workspace) }
        return Score(states: states, outcome: outcome, confidences: confidences)
    }

    private func keepBest(_ count: Int, of confidences: inout [Float], _ areShares: Bool) {
        let order = confidences.indices.sorted { confidences[$0] > confidences[$1] }
        for index in order.dropFirst(count) { confidences[index] = 0 }
        let sum = confidences.reduce(0, +)
        if renormalizes, areShares, sum > 0 { for index in confidences.indices { confidences[index] /= sum } }
    }
}
