import Dialogue
import JSON
import ModelArchive
import Offloading
import TextFeatures

/// Repeats what training stories did in exactly this situation (Rasa's `MemoizationPolicy` and
/// `AugmentedMemoizationPolicy`; the latter also forgets more and more of the past until a story fits).
struct MemoizationPolicy: Policy {
    private let settings: PolicySettings
    var priority: Double? { settings.priority }
    var options: ComponentOptions { settings.options }
    private let turns: MemorizedTurns
    private let isAugmented: Bool
    private let scoresByUnderstanding: Bool
    private let ruleOnly: StateHistory.RuleOnly

    init(_ node: GraphNode, _ model: PreparedModel, ruleOnly: StateHistory.RuleOnly) throws {
        settings = try PolicySettings(node, model, defaultPriority: 3)
        isAugmented = node.component == "AugmentedMemoizationPolicy"
        scoresByUnderstanding = settings.options.flag("use_nlu_confidence_as_score", default: false)
        self.ruleOnly = ruleOnly
        turns = try MemorizedTurns(
            try model.json(
                settings.resource, "memorized_turns.json", .members([.needed("lookup", .map(.text))])) ?? [:],
            policy: settings.name,
            isCompressed: settings.options.flag("enable_feature_string_compression", default: true))
    }

    func predict(_ context: PredictionContext) throws -> Prediction {
        let states = states(context.history)
        var probabilities = context.nothing
        let action = try turns.action(after: states) ?? (isAugmented ? forgetting(from: states, context) : nil)
        if let action, let index = context.domain.index(ofAction: action) {
            probabilities[index] = score(context)
        }
        return settings.prediction(probabilities)
    }

    /// The states to look up: one more than any key has, where all would count, is as good as all.
    private func states(_ history: StateHistory) -> [DialogueState] {
        guard settings.maxHistory == nil else { return settings.states(history) }
        return history.learned(last: turns.maxStates + 1).choosingInput(byText: false)
    }

    private func score(_ context: PredictionContext) -> Double {
        scoresByUnderstanding ? context.tracker.latestMessage.intentConfidence ?? 1 : 1
    }

    /// Looks again with less and less of the past, for as long as that changes what is seen.
    private func forgetting(from states: [DialogueState], _ context: PredictionContext) throws -> String? {
        var states = states
        var events = recentEvents(context.history.applied)
        var forgotten = 0
        while true {
            try Checkpoint.pass()
            let actions = events.indices.filter { events[$0].action != nil }
            guard actions.count > forgotten else { return nil }
            let tracker = Tracker(
                conversation: context.tracker.senderID, slots: context.domain.slotDefinitions,
                events: events[actions[forgotten]...])
            events = tracker.appliedEvents()
            forgotten = 1
            let fewer = self.states(StateHistory(tracker, context.domain, ruleOnly))
            guard fewer != states else { continue }
            if let action = turns.action(after: fewer) { return action }
            states = fewer
        }
    }

    /// Enough of the applied events for the policy's history, from a listen action on; without a limited history as
    /// many as can make up the longest key, since more would only be forgotten again.
    private func recentEvents(_ events: [Event]) -> [Event] {
        let maxHistory = PolicySettings.limit(options["max_history"])
        let maxActions = maxHistory ?? turns.maxStates + Self.spareTurns
        var actions = 0
        for index in events.indices.reversed() {
            guard let action = events[index].action else { continue }
            // Turns that rules hide make no states, so only the others are counted where all history counts.
            if maxHistory != nil || !action.hideRuleTurn { actions += 1 }
            if actions > maxActions, action.name == DefaultAction.listen || actions > maxActions + Self.maxTurn {
                return Array(events[index...])
            }
        }
        return events
    }

    /// Actions without a listen action between them that are looked through for one.
    private static let maxTurn = 128

    /// Turns taken beyond the longest key, where loops may hide some more.
    private static let spareTurns = 16
}
