package import Dialogue
import ExactText
import JSON
package import ModelArchive
import Offloading
import OrderedCollections
import Tensors
import TextFeatures

/// All policies of a model, and how one of their predictions is chosen (Rasa's `DefaultPolicyPredictionEnsemble`).
package final class PolicyEnsemble: Sendable {
    /// The policies that can be used.
    package static let knownPolicies = [
        "AugmentedMemoizationPolicy", "MemoizationPolicy", "RulePolicy", "TEDPolicy", "UnexpecTEDIntentPolicy",
    ]

    /// The name that stands for the policy where an event ordered the action.
    package static let followupName = "followup_action"

    private let domain: Domain
    private let policies: [any Policy]
    /// The places of the policies by falling priority; of equals the first in the configuration comes first.
    private let byPriority: [Int]
    let ruleOnly: StateHistory.RuleOnly
    /// Whether a policy looks at the texts of messages by a network, and whether one looks at all of a conversation.
    private let readsTexts: Bool
    private let looksAtAll: Bool
    private let workspaces = ReusePool { Workspace() }

    /// Loads the policies of a model's graph.
    ///
    /// - Throws: ``PolicyError``, or the error of the file or tensor that does not fit.
    package init(model: PreparedModel, domain: Domain) throws {
        let workspace = Workspace()
        let ruleOnly = try PolicyEnsemble.ruleOnly(model)
        // All policies that look at texts share the nodes that featurize them.
        let nodes = try model.metadata.policies.map { try model.metadata.textFeaturization(for: $0) }.first {
            !$0.isEmpty
        }
        let featurizer = try nodes.map { try TextFeaturizer(model: model, nodes: $0) }
        readsTexts = featurizer != nil
        let policies = try model.metadata.policies.map { node -> any Policy in
            let featurizer = node.needs["precomputations"] == nil ? nil : featurizer
            return switch node.component {
            case "MemoizationPolicy", "AugmentedMemoizationPolicy":
                try MemoizationPolicy(node, model, ruleOnly: ruleOnly)
            case "RulePolicy": try RulePolicy(node, model, domain: domain)
            case "TEDPolicy":
                try TEDPolicy(
                    node, model, actions: domain.actionNames.count, featurizer: featurizer, using: workspace)
            case "UnexpecTEDIntentPolicy":
                try UnexpecTEDIntentPolicy(
                    node, model, domain: domain, featurizer: featurizer, using: workspace)
            default:
                throw PolicyError(
                    .unknownPolicy,
                    "the model has a policy '\(node.component)' (\(node.uses)); Parley knows "
                        + PolicyEnsemble.knownPolicies.joined(separator: ", "))
            }
        }
        self.policies = policies
        byPriority = policies.indices.sorted {
            (policies[$0].priority ?? .infinity, $1) > (policies[$1].priority ?? .infinity, $0)
        }
        looksAtAll = policies.contains(where: \.looksAtAll)
        self.domain = domain
        self.ruleOnly = ruleOnly
    }

    /// Whether a prediction may take longer than others should wait: it looks at much that is new to the memory, at a
    /// long conversation, or at long texts.
    package func isLong(_ tracker: Tracker, memory: PolicyCache?) -> Bool {
        let events = tracker.events
        if events.count > Self.shortEvents {
            if looksAtAll || (memory?.unseen(of: tracker) ?? events.count) > Self.shortEvents { return true }
        }
        guard readsTexts else { return false }
        var bytes = 0
        for event in events.suffix(Self.shortEvents) { bytes += event.user?.text?.utf8.count ?? 0 }
        return bytes > Self.shortBytes
    }

    /// So many events are looked at within some milliseconds.
    static let shortEvents = 256
    /// Texts of so many bytes are.
    private static let shortBytes = 1024

    package var isEmpty: Bool { policies.isEmpty }

    /// A memory for one conversation, to be given to its predictions one after another.
    package func newMemory() -> PolicyCache { PolicyCache(domain, ruleOnly) }

    /// What is to happen next. An action that an event ordered comes before every policy.
    ///
    /// - Parameter memory: What the policies know of the conversation already.
    /// - Throws: ``PolicyError``, or a tensor's error, where the model's files do not fit together.
    package func predict(_ tracker: Tracker, memory: PolicyCache) throws -> Prediction {
        if let action = tracker.followupAction, let index = domain.index(ofAction: action) {
            var probabilities = ActionConfidences(count: domain.actionNames.count)
            probabilities[index] = 1
            return Prediction(probabilities: probabilities, policyName: PolicyEnsemble.followupName)
        }
        return try workspaces.use { workspace in
            let context = PredictionContext(
                tracker: tracker, domain: domain, history: memory.follow(tracker), workspace: workspace)
            return try combine(try contenders(context), context)
        }
    }

    /// The predictions that may win, in the order of the configuration. Policies are asked by falling priority, and no
    /// more once one is certain: networks are the lowest, and most turns are decided by stories and rules.
    private func contenders(_ context: PredictionContext) throws -> [Prediction] {
        let rejected = lastRejection(context.tracker).flatMap(domain.index(ofAction:))
        var predictions: [Prediction?] = Array(repeating: nil, count: policies.count)
        var certain = -Double.infinity
        for number in byPriority
        where !(policies[number].yieldsToCertainty && policies[number].priority ?? .infinity < certain) {
            var prediction = try policies[number].predict(context)
            if let rejected { prediction.probabilities[rejected] = 0 }
            if prediction.confidence >= 1, let priority = prediction.priority { certain = max(certain, priority) }
            predictions[number] = prediction
        }
        return predictions.compactMap(\.self)
    }

    /// What every policy says by itself, in the order of the configuration.
    func predictions(_ tracker: Tracker) throws -> [Prediction] {
        try workspaces.use { workspace in
            let context = PredictionContext(
                tracker: tracker, domain: domain, history: StateHistory(tracker, domain, ruleOnly),
                workspace: workspace)
            return try policies.map { try $0.predict(context) }
        }
    }

    private func combine(_ predictions: [Prediction], _ context: PredictionContext) throws -> Prediction {
        let events = predictions.flatMap(\.events)
        var eligible = predictions[...]
        if predictions.contains(where: \.isNoUserPrediction) {
            eligible = predictions.filter(\.isNoUserPrediction)[...]
        } else if predictions.contains(where: \.isEndToEnd) {
            eligible = predictions.filter(\.isEndToEnd)[...]
        }
        guard var best = eligible.popFirst() else {
            return Prediction(probabilities: context.nothing, policyName: nil)
        }
        for other in eligible where try isBetter(other, than: best) { best = other }
        best.events = events + best.optionalEvents
        if context.followsListen { best.events.append(.userFeaturization(useText: best.isEndToEnd)) }
        return best
    }

    private func isBetter(_ prediction: Prediction, than best: Prediction) throws -> Bool {
        guard prediction.confidence == best.confidence else { return prediction.confidence > best.confidence }
        guard let priority = prediction.priority, let other = best.priority else {
            let policy = policies.first { $0.priority == nil }
            throw ModelFailure(policy?.options ?? ComponentOptions(node: "", values: [:]), "priority", "a number")
        }
        return priority > other
    }

    /// The action that has just been rejected and must not be predicted again.
    private func lastRejection(_ tracker: Tracker) -> String? {
        for event in tracker.events.reversed() {
            if event.action != nil { return nil }
            if case .actionExecutionRejected(let action) = event.body { return action.name }
        }
        return nil
    }

    private static func ruleOnly(_ model: PreparedModel) throws -> StateHistory.RuleOnly {
        var ruleOnly = StateHistory.RuleOnly()
        for node in model.metadata.predictGraph.values where node.component == "RuleOnlyDataProvider" {
            let shape = FileShape.members([
                .needed("rule_only_slots", .list(.text)), .needed("rule_only_loops", .list(.text)),
            ])
            guard let resource = node.resource, let data = try model.json(resource, "rule_only_data.json", shape)
            else { continue }
            ruleOnly.slots.formUnion((data["rule_only_slots"]?.array ?? []).compactMap(\.string?.exact))
            ruleOnly.loops.formUnion((data["rule_only_loops"]?.array ?? []).compactMap(\.string?.exact))
        }
        return ruleOnly
    }
}
