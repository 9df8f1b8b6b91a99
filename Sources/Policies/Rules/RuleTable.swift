internal import Dialogue
package import JSON

/// Rules by the states that they apply in.
package struct RuleTable: Sendable {
    /// One rule: its conditions turn by turn, and what follows.
    package struct Rule: Sendable {
        /// The states as JSON text: the source that events and `rules_not_in_stories` name.
        package let key: String
        /// How long the key is; of several rules that match the one with the longest key wins.
        package let keyLength: Int
        /// The conditions, oldest turn first.
        package let turns: [JSON]
        /// The action or, for unhappy paths of loops, the mark.
        package let outcome: String

        /// Whether the rule's last turn is outside of every loop.
        package var isGeneral: Bool {
            let loop = turns.last?["active_loop"]?["name"]?.string
            return loop == nil || loop == RuleTable.mustBeUnset
        }
    }

    /// Stands where a slot or loop must not be set.
    package static let mustBeUnset = "should_not_be_set"

    private let rules: [Rule]
    /// The turns of the longest rule; no more of a conversation matters.
    let longest: Int

    /// Reads one table of `rule_policy.json`.
    ///
    /// - Throws: ``PolicyError`` with `.badFiles`.
    package init(_ table: JSON?) throws(PolicyError) {
        var rules: [Rule] = []
        for (key, outcome) in table?.object ?? [:] {
            guard let outcome = outcome.string, let turns = (try? JSON(parsing: key))?.array,
                turns.allSatisfy({ $0.object?.values.allSatisfy { $0.object != nil } ?? false })
            else {
                throw PolicyError(.badFiles, "RulePolicy: rule_policy.json has a rule that cannot be read")
            }
            rules.append(Rule(key: key, keyLength: key.unicodeScalars.count, turns: turns, outcome: outcome))
        }
        self.rules = rules
        longest = rules.map(\.turns.count).max() ?? 0
    }

    /// The rules that the states satisfy. Every turn of the conversation counts that a rule has a condition for.
    package func matching(_ states: [JSON]) -> [Rule] {
        rules.filter { rule in
            zip(rule.turns.reversed(), states.reversed()).allSatisfy(RuleTable.holds)
        }
    }

    private static func holds(_ conditions: JSON, in state: JSON) -> Bool {
        let demandsAction = conditions["prev_action"]?.object?.isEmpty == false
        let hasAction = state["prev_action"]?.object?.isEmpty == false
        guard demandsAction, hasAction else { return demandsAction == hasAction }
        for (part, wanted) in conditions.object ?? [:] {
            let present = state[part]
            for (name, value) in wanted.object ?? [:] {
                let actual = present?[name] ?? .null
                if value == .string(mustBeUnset) {
                    if actual.isPythonTrue, actual != value { return false }
                } else if value.isPythonTrue, actual != value {
                    return false
                }
            }
        }
        return true
    }
}
