internal import Dialogue
internal import JSON
internal import ModelArchive
internal import Tensors

/// Predicts the next action with the dialogue network (Rasa's `TEDPolicy`).
struct TEDPolicy: Policy {
    private let settings: PolicySettings
    var priority: Int { settings.priority }
    var yieldsToCertainty: Bool { network?.usesSoftmax ?? true }
    private let network: DialogueNetwork?
    private let rankingLength: Int
    private let renormalizes: Bool

    init(_ node: GraphNode, _ model: PreparedModel, using workspace: Workspace) throws {
        settings = try PolicySettings(node, model, defaultPriority: 1)
        network = try DialogueNetwork(settings, model, stem: "ted_policy", using: workspace)
        rankingLength = node.config["ranking_length"]?.int ?? 0
        renormalizes = node.config["renormalize_confidences"]?.bool ?? false
    }

    func predict(_ situation: Situation) throws -> Prediction {
        guard let network else { return settings.prediction(situation.nothing) }
        let states = settings.states(situation.history)
        var confidences = try network.similarities(states, using: situation.workspace)
        guard confidences.count == situation.domain.actionNames.count else {
            throw PolicyError(
                .badFiles,
                "\(settings.name) knows \(confidences.count) actions, the domain \(situation.domain.actionNames.count)")
        }
        if network.usesSoftmax { softmax(&confidences, using: situation.workspace) }
        if rankingLength > 0, rankingLength < confidences.count { keepBest(&confidences, network.usesSoftmax) }
        return settings.prediction(confidences.map(Double.init))
    }

    private func keepBest(_ confidences: inout [Float], _ areShares: Bool) {
        let order = confidences.indices.sorted { confidences[$0] > confidences[$1] }
        for index in order.dropFirst(rankingLength) { confidences[index] = 0 }
        let sum = confidences.reduce(0, +)
        if renormalizes, areShares, sum > 0 { for index in confidences.indices { confidences[index] /= sum } }
    }
}
