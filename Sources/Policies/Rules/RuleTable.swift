import Dialogue
package import JSON

/// Rules by the states that they apply in.
///
/// A rule is looked at only where the newest turn says what fewest other rules ask for, such as its intent. So what a
/// look-up costs follows from the rules that nearly fit, however many there are.
package struct RuleTable: Sendable {
    /// One rule: the states that it asks for, and what follows.
    package struct Rule: Sendable {
        /// The states as JSON text: the source that events and `rules_not_in_stories` name.
        package let key: String
        /// How long the key is; of several rules that match the one with the longest key wins.
        package let keyLength: Int
        /// The action or, for unhappy paths of loops, the mark.
        package let outcome: String
        /// Whether the rule's last turn is outside of every loop.
        package let isGeneral: Bool

        /// What it asks of each turn, the newest first.
        let turns: [RuleTurn]
    }

    /// Stands where a slot or loop must not be set.
    package static let mustBeUnset = "should_not_be_set"

    private let rules: [Rule]
    private let vocabulary: RuleVocabulary
    /// Rules by the rarest of the facts that their newest turn asks for.
    private let byFact: [RuleFact: [Int]]
    /// Rules whose newest turn asks for an action before, and for nothing that could be looked up.
    private let withAction: [Int]
    /// Rules whose newest turn asks for no action before.
    private let withoutAction: [Int]
    /// Rules without a turn, which hold always.
    private let always: [Int]
    /// The turns of the longest rule; no more of a conversation matters.
    let maxTurns: Int

    /// Reads one table of `rule_policy.json`.
    ///
    /// - Throws: ``PolicyError`` with `.badFiles`.
    package init(_ table: JSON?) throws(PolicyError) {
        var vocabulary = RuleVocabulary()
        var rules: [Rule] = []
        for (key, outcome) in table?.object ?? [:] {
            guard let outcome = outcome.string, let turns = (try? JSON(parsing: key))?.array,
                turns.allSatisfy({ $0.object?.values.allSatisfy { $0.object != nil } ?? false })
            else {
                throw PolicyError(.badFiles, "RulePolicy: rule_policy.json has a rule that cannot be read")
            }
            let loop = turns.last?["active_loop"]?["name"]?.string
            rules.append(
                Rule(
                    key: key, keyLength: key.unicodeScalars.count, outcome: outcome,
                    isGeneral: loop == nil || loop == RuleTable.mustBeUnset,
                    turns: turns.reversed().map { RuleTurn($0, &vocabulary) }))
        }
        self.rules = rules
        self.vocabulary = vocabulary
        maxTurns = rules.map(\.turns.count).max() ?? 0
        var frequency: [RuleFact: Int] = [:]
        for rule in rules { for fact in rule.turns.first?.wanted ?? [] { frequency[fact, default: 0] += 1 } }
        var byFact: [RuleFact: [Int]] = [:]
        var (withAction, withoutAction, always): ([Int], [Int], [Int]) = ([], [], [])
        for (number, rule) in rules.enumerated() {
            guard let newest = rule.turns.first else {
                always.append(number)
                continue
            }
            guard newest.demandsAction else {
                withoutAction.append(number)
                continue
            }
            if let rarest = newest.wanted.min(by: { frequency[$0] ?? 0 < frequency[$1] ?? 0 }) {
                byFact[rarest, default: []].append(number)
            } else {
                withAction.append(number)
            }
        }
        (self.byFact, self.withAction, self.withoutAction, self.always) = (byFact, withAction, withoutAction, always)
    }

    /// The rules that the states satisfy. Every turn of the conversation counts that a rule has a condition for.
    package func matching(_ states: [JSON]) -> [Rule] {
        matching(states.count) { vocabulary.facts(of: states[states.count - 1 - $0]) }
    }

    func matching(_ states: [DialogueState]) -> [Rule] {
        matching(states.count) { vocabulary.facts(of: states[states.count - 1 - $0]) }
    }

    /// - Parameter facts: What the state says that is so many turns old.
    private func matching(_ count: Int, _ facts: (Int) -> RuleFacts) -> [Rule] {
        guard !rules.isEmpty, count > 0 else { return rules }
        var known = [facts(0)]
        var matching: [Rule] = []
        for number in candidates(known[0]) {
            let turns = rules[number].turns
            let holds = turns.indices.prefix(count).allSatisfy { age in
                if age == known.count { known.append(facts(age)) }
                return turns[age].holds(in: known[age])
            }
            if holds { matching.append(rules[number]) }
        }
        return matching
    }

    /// The rules that may hold where the newest state says this, in their order.
    private func candidates(_ newest: RuleFacts) -> [Int] {
        var candidates = always
        if newest.hasAction {
            candidates += withAction
            for fact in newest.facts { candidates += byFact[fact] ?? [] }
        } else {
            candidates += withoutAction
        }
        return candidates.sorted()
    }
}
