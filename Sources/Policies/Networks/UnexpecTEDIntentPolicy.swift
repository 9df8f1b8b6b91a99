import Dialogue
import ExactText
import JSON
import ModelArchive
import Tensors
import TextFeatures

/// Notices intents that no story has at this point (Rasa's `UnexpecTEDIntentPolicy`).
struct UnexpecTEDIntentPolicy: Policy {
    private let settings: PolicySettings
    var priority: Double? { settings.priority }
    var options: ComponentOptions { settings.options }
    var looksAtAll: Bool { settings.maxHistory == nil }
    private let network: DialogueNetwork?
    /// The similarity that an intent must reach, by the intent's index; intents of no story have none.
    private let thresholds: [Int: Float]
    /// Intents that are never unlikely; nil where the option cannot be used.
    private let ignored: NameSelection?
    /// How many intents the diagnosis ranks, 0 for all; nil where the option cannot be used.
    private let rankingLength: Int?
    /// A threshold is the score of some training example, which Rasa computed in a batch; met again and computed alone,
    /// that example may miss it by a bit. Where two scores are so near to each other, relative to 1 or to them, they
    /// are computed again in Rasa's own arithmetic, whose bits then decide. It is a hundred times what our sums are
    /// off.
    private static let closeness: Float = 1e-4
    private let intents: [String]
    private let intentIndices: [ExactString: Int]

    init(
        _ node: GraphNode, _ model: PreparedModel, domain: Domain, featurizer: TextFeaturizer?,
        using workspace: Workspace
    ) throws {
        settings = try PolicySettings(node, model, defaultPriority: 2)
        network = try DialogueNetwork(
            settings, model, stem: "unexpected_intent_policy", featurizer: featurizer, isExact: true, using: workspace)
        let options = settings.options
        switch options["ignore_intents_list"] {
        case nil: ignored = .listed([])
        case .array(let names): ignored = .listed(names)
        case .object(let members): ignored = .listed(members.keys.map { .string($0.string) })
        case .string(let text): ignored = .partsOf(text)
        default: ignored = nil
        }
        intents = domain.intentNames
        intentIndices = Dictionary(
            zip(intents.lazy.map(\.exact), intents.indices), uniquingKeysWith: { first, _ in first })
        rankingLength = options.limit("ranking_length", default: 10)
        let tolerance = try options.number("tolerance", default: 0)
        guard (0...1).contains(tolerance) else {
            throw PolicyError(.badFiles, "\(settings.name): tolerance is \(tolerance), and must be between 0 and 1")
        }
        var thresholds: [Int: Float] = [:]
        let file = "unexpected_intent_policy.label_quantiles.st"
        for (name, quantiles) in try model.safetensors(settings.resource, file) ?? [:] {
            let values = quantiles.floats
            guard let index = Int(name.string), !values.isEmpty else {
                throw PolicyError(.badFiles, "\(settings.name): \(file) has an entry '\(name)' that is not an intent")
            }
            thresholds[index] = values[min(Int(tolerance * Double(values.count)), values.count - 1)]
        }
        self.thresholds = thresholds
    }

    func predict(_ context: PredictionContext) throws -> Prediction {
        var prediction = settings.prediction(context.nothing)
        guard let network, let intent = newIntent(after: context.history), let query = intentIndices[intent]
        else { return prediction }
        var scores = try network.outcome(states(context.history), using: context.workspace).similarities
        guard scores.count == intents.count else {
            throw PolicyError(
                .badFiles, "\(settings.name) knows \(scores.count) intents, the domain \(intents.count)")
        }
        let threshold = thresholds[query]
        if let threshold, isClose(scores, query, threshold),
            let exact = try exactScores(after: context.history, using: context.workspace)
        {
            scores = exact
        }
        prediction.actionMetadata = try diagnosis(scores, query)
        guard let threshold else { return prediction }
        guard let ignored else { throw ModelFailure(options, "ignore_intents_list", "a list of intents") }
        guard !ignored.contains(.string(intent)), scores[query] < threshold,
            query != scores.indices.max(by: { scores[$0] <= scores[$1] }),
            let unlikely = context.domain.index(ofAction: DefaultAction.unlikelyIntent)
        else { return prediction }
        prediction.probabilities[unlikely] = 1
        return prediction
    }

    /// The scores of all intents bit for bit as Rasa computes them; nil where that is not known.
    func exactScores(after history: StateHistory, using workspace: Workspace) throws -> [Float]? {
        try network?.exactSimilarities(states(history), using: workspace)
    }

    /// Whether a bit may decide: whether the intent reaches its threshold, or whether it is the best.
    private func isClose(_ scores: [Float], _ query: Int, _ threshold: Float) -> Bool {
        func isClose(_ other: Float) -> Bool { abs(scores[query] - other) <= Self.closeness * max(1, abs(other)) }
        guard !isClose(threshold) else { return true }
        let others = scores.indices.lazy.filter { $0 != query }.map { scores[$0] }
        return scores[query] < threshold && others.max().map(isClose) ?? false
    }

    /// The intent of a message that no action has followed yet.
    private func newIntent(after history: StateHistory) -> String? {
        for event in history.applied.reversed() {
            if event.action != nil { return nil }
            if let message = event.user { return message.intentName }
        }
        return nil
    }

    /// What was before the message: the state that knows its intent is left out, and only then the history is cut.
    private func states(_ history: StateHistory) -> [DialogueState] {
        var states = history.learned(last: settings.maxHistory.map { $0 + 1 }).choosingInput(byText: false)
        if states.last?.followsListen == true { states.removeLast() }
        return settings.maxHistory.map { Array(states.suffix($0)) } ?? states
    }

    /// Scores, thresholds and severities of the message's intent and of the best ranked (`action_metadata`).
    private func diagnosis(_ scores: [Float], _ query: Int) throws(ModelFailure) -> JSON {
        guard let rankingLength else { throw ModelFailure(options, "ranking_length", "a whole number") }
        func entry(_ index: Int) -> JSON {
            // Rasa takes a threshold of 0 for none here, though not where it decides.
            let threshold = thresholds[index].flatMap { $0 == 0 ? nil : $0 }
            return [
                "name": .string(intents[index]), "score": .double(Double(scores[index])),
                "threshold": threshold.map { .double(Double($0)) } ?? .null,
                "severity": threshold.map { .double(Double($0 - scores[index])) } ?? .null,
            ]
        }
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        let ranking = rankingLength > 0 ? order.prefix(rankingLength) : order[...]
        return ["query_intent": entry(query), "ranking": .array(ranking.map(entry))]
    }
}
