import Dialogue
import JSON
import PythonSemantics

/// What a rule asks of one turn of the conversation, in numbers.
struct RuleTurn: Sendable {
    /// Whether there must be an action before; whatever else is asked counts only then.
    let demandsAction: Bool
    /// What must be as it says, by rising attribute.
    let wanted: [RuleFact]
    /// The attributes that must not be set, rising.
    let unset: [Int32]

    init(_ conditions: JSON, _ vocabulary: inout RuleVocabulary) {
        demandsAction = conditions["prev_action"]?.object?.isEmpty == false
        var wanted: [RuleFact] = []
        var unset: [Int32] = []
        for (part, members) in conditions.object ?? [:] {
            for (name, value) in members.object ?? [:] {
                if value == .string(RuleTable.mustBeUnset) {
                    unset.append(vocabulary.attribute(part, name))
                } else if value.isPythonTrue {
                    wanted.append(vocabulary.fact(part, name, value))
                }
            }
        }
        self.wanted = wanted.sorted { $0.attribute < $1.attribute }
        self.unset = unset.sorted()
    }

    /// Whether a state is as the rule asks.
    func holds(in state: RuleFacts) -> Bool {
        guard demandsAction, state.hasAction else { return demandsAction == state.hasAction }
        // All lists rise, so each is gone through once.
        var at = 0
        for fact in wanted {
            while at < state.facts.count, state.facts[at].attribute < fact.attribute { at += 1 }
            guard at < state.facts.count, state.facts[at] == fact else { return false }
        }
        at = 0
        for attribute in unset {
            while at < state.facts.count, state.facts[at].attribute < attribute { at += 1 }
            if at < state.facts.count, state.facts[at].attribute == attribute { return false }
        }
        return true
    }
}
