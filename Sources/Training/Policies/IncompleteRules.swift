import Dialogue
import ExactText
import JSON
import Policies

/// Finds rules in which an action leaves out what it does in others.
enum IncompleteRules {
    /// What an action does in rules.
    private struct RuleUsage {
        var slots: Set<ExactString> = []
        var loops: Set<ExactString> = []
    }

    /// - Throws: ``TrainingError`` with `.badRules`, that names rules and actions.
    static func check(_ rules: [TrainingTracker], _ domain: Domain) throws(TrainingError) {
        let ruleUsage = ruleUsage(in: rules, domain)
        var warnings: [String] = []
        for rule in rules {
            let actions = rule.states.dropFirst().map(\.previousActionName) + [DefaultAction.listen]
            for (state, next) in zip(rule.states, actions) {
                guard let action = state.previousActionName, let usage = ruleUsage[action], next != RuleGap.name,
                    action != RuleGap.name
                else { continue }
                warnings += self.warnings(action, usage, state, rule.name)
            }
        }
        guard warnings.isEmpty else {
            throw TrainingError(
                .badRules,
                "rules are incomplete; what must not be set has to be written as null:\n"
                    + warnings.joined(separator: "\n"))
        }
    }

    private static func warnings(_ action: String, _ usage: RuleUsage, _ state: JSON, _ rule: String) -> [String] {
        let hint = "or, if it is the last action, add 'wait_for_user_input: false'"
        var warnings: [String] = []
        let missing = usage.slots.subtracting(state["slots"]?.object.map { Set($0.keys) } ?? [])
        if !missing.isEmpty {
            warnings.append(
                "- the action '\(action)' in the rule '\(rule)' does not set slots that it sets in other rules: "
                    + "\(list(missing)); set them there \(hint)")
        }
        let loop = state["active_loop"]?["name"]?.string
        if !usage.loops.isEmpty, loop.map({ !usage.loops.contains($0) }) ?? true {
            let wanted = usage.loops.map { $0.string == RuleTable.mustBeUnset ? "null" : $0 }
            warnings.append(
                "- the form '\(action)' in the rule '\(rule)' does not set 'active_loop' as in other rules: "
                    + "\(list(Set(wanted + [action.exact]))); add 'active_loop' there \(hint)")
        }
        return warnings
    }

    private static func list(_ names: Set<ExactString>) -> String {
        names.pythonSorted.map { "'\($0)'" }.joined(separator: ", ")
    }

    private static func ruleUsage(in rules: [TrainingTracker], _ domain: Domain) -> [ExactString: RuleUsage] {
        let seen = Set<ExactString>(domain.slots.filter { !$0.features.isEmpty }.map(\.name))
        var ruleUsage: [ExactString: RuleUsage] = [:]
        for rule in rules {
            var action: String?
            for event in rule.tracker.events {
                switch event.body {
                case .action(let executed): action = executed.reference.nameOrText
                // Slots that the message's entities fill are not the listening's doing.
                case .user: action = nil
                case .slot(let slot):
                    guard let action else { continue }
                    if seen.contains(slot.name) {
                        ruleUsage[action, default: RuleUsage()].slots.insert(slot.name)
                    } else if ruleUsage[action] == nil {
                        ruleUsage[action] = RuleUsage()
                    }
                case .activeLoop(name: let loop):
                    guard let action, let loop else { continue }
                    ruleUsage[action, default: RuleUsage()].loops.insert(loop)
                default: continue
                }
            }
        }
        return ruleUsage
    }
}
