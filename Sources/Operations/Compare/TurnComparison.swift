import ExactText
import JSON

/// Compares one turn of a conversation, step by step.
struct TurnComparison {
    /// What became of one message or action.
    struct Step {
        /// The action of the running Rasa, or the only one; nil for a message.
        let action: String?
        let differences: [Difference]
        let worst: Double
    }

    struct Result {
        var steps: [Step] = []
        /// Whether the servers went different ways: other actions, slots, or another intent. What follows differs then
        /// because of that.
        var parts = false
    }

    let tolerance: Double
    let variations: ResponseVariations

    func compare(_ turn: ConversationTurns.Turn, _ other: ConversationTurns.Turn) -> Result {
        var result = Result()
        for index in 0..<max(turn.steps.count, other.steps.count) {
            let step = index < turn.steps.count ? turn.steps[index] : nil
            let counterpart = index < other.steps.count ? other.steps[index] : nil
            guard let step, let counterpart, step.isMessage == counterpart.isMessage,
                step.action?.exact == counterpart.action?.exact
            else {
                result.parts = true
                let difference = Difference("(next action)", Self.name(step), Self.name(counterpart))
                result.steps.append(
                    Step(action: step?.action ?? counterpart?.action, differences: [difference], worst: 0))
                break
            }
            let comparison = compare(step.events, counterpart.events)
            result.steps.append(
                Step(action: step.action, differences: comparison.differences, worst: comparison.worst))
            if comparison.differences.contains(where: isParting) { result.parts = true }
        }
        return result
    }

    /// Compares events one by one, up to the first that is another one.
    private func compare(_ events: [JSON], _ others: [JSON]) -> JSONComparison {
        var comparison = JSONComparison(tolerance: tolerance, variations: variations)
        for index in 0..<max(events.count, others.count) {
            let event: JSON? = events.indices.contains(index) ? .some(events[index]) : .none
            let other: JSON? = others.indices.contains(index) ? .some(others[index]) : .none
            guard let event, let other, event["event"] == other["event"], event["name"] == other["name"] else {
                comparison.add(Difference("/\(index)", event, other))
                break
            }
            comparison.compare(event, other, at: "/\(index)")
        }
        return comparison
    }

    private static func name(_ step: ConversationTurns.Step?) -> JSON? {
        step.map { $0.isMessage ? "(a message)" : .string($0.action ?? "(other events)") }
    }

    /// Whether what follows depends on it. A response's text, a confidence or a ranking has no effect on what is next.
    private func isParting(_ difference: Difference) -> Bool {
        let parts = difference.path.exact.split(separator: "/")
        if parts.contains(where: { $0.exact == "intent_ranking" || $0.exact == "response_selector" }) { return false }
        if parts.count == 1 { return true }
        return parts.contains { ["event", "name", "value", "entities"].contains(exact: String($0)) }
    }
}
