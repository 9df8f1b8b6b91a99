import Dialogue
import ExactText
import JSON
import OrderedCollections
import Policies
import PythonSemantics
import TextFeatures

/// Learns rules, and checks that neither rules nor stories contradict them (Rasa's `RulePolicy`).
struct RuleTrainer {
    let domain: Domain
    let settings: RuleSettings
    private(set) var judge: RuleJudge

    init(_ config: JSONObject, _ domain: Domain) throws(TrainingError) {
        self.domain = domain
        settings = try RuleSettings(config, domain)
        judge = RuleJudge(domain: domain, settings: settings)
    }

    /// The files of the policy's directory.
    ///
    /// - Throws: ``TrainingError`` with `.badRules`, that names the rules.
    mutating func files(_ trackers: [TrainingTracker]) throws(TrainingError) -> [ArchiveFile] {
        let rules = trackers.filter(\.isRule)
        let stories = trackers.filter { !$0.isRule }
        if settings.restrictsRules { try RuleTrainer.checkLength(rules) }
        if settings.checks { try IncompleteRules.check(rules, domain) }
        let ruleExamples = TurnExample.all(in: rules, maxHistory: nil, omitsUnset: true)
        let storyExamples = TurnExample.all(in: stories, maxHistory: nil)

        var memory = Memory()
        for example in ruleExamples {
            guard let key = RuleTrainer.key(example.states) else { continue }
            memory.learn(key, example.action)
        }
        judge.rules = memory.actions.filter { $0.value != RuleGap.name }
        judge.unhappyPaths = RuleTrainer.unhappyPaths(ruleExamples + storyExamples)

        var lookup: JSONObject = ["rules": [:]]
        var ruleOnly: JSONObject = ["rule_only_slots": [], "rule_only_loops": []]
        if settings.checks {
            let inRules = NamesInStates(ruleExamples)
            let inStories = NamesInStates(storyExamples)
            let mark: Set = [RuleTable.mustBeUnset.exact]
            ruleOnly["rule_only_slots"] = RuleTrainer.list(inRules.slots.subtracting(inStories.slots).subtracting(mark))
            ruleOnly["rule_only_loops"] = RuleTrainer.list(inRules.loops.subtracting(inStories.loops).subtracting(mark))
            lookup.merge(ruleOnly) { _, new in new }
        }
        lookup["rules_for_loop_unhappy_path"] = .object(JSONObject(judge.unhappyPaths.mapValues(JSON.string)))
        if settings.checks {
            lookup["rules_not_in_stories"] = RuleTrainer.list(try sourcesNotInStories(rules, stories))
        }
        lookup["rules"] = .object(JSONObject(judge.rules.mapValues(JSON.string)))
        return [
            MemoryTrainer.featurizer(maxHistory: .null), ArchiveFile("rule_policy.json", ["lookup": .object(lookup)]),
            ArchiveFile("rule_only_data.json", .object(ruleOnly)),
        ]
    }

    private static func list(_ names: Set<ExactString>) -> JSON { .array(names.pythonSorted.map(JSON.string)) }

    private static func checkLength(_ rules: [TrainingTracker]) throws(TrainingError) {
        let long = rules.filter { rule in rule.tracker.events.count { $0.user != nil } > 1 }
        guard long.isEmpty else {
            throw TrainingError(
                .badRules,
                "the rules \(long.map { "'\($0.name)'" }.joined(separator: ", ")) have more than one message from the "
                    + "user; write stories for longer conversations, or set 'restrict_rules: false' for RulePolicy")
        }
    }

    /// The text of states back to the last gap; nil where nothing is left.
    static func key(_ states: [JSON]) -> String? {
        let start = states.lastIndex { $0.previousActionName == RuleGap.name }.map { $0 + 1 } ?? 0
        guard start < states.count else { return nil }
        return JSON.array(Array(states[start...])).text(.pythonSorted)
    }

    /// What stories and rules do inside of loops beside going on with them.
    private static func unhappyPaths(_ examples: [TurnExample]) -> OrderedDictionary<ExactString, String> {
        var paths: OrderedDictionary<ExactString, String> = [:]
        for example in examples {
            guard let last = example.states.last, let loop = last.activeLoopName else { continue }
            var states = [last]
            if example.states.count > 1,
                let before = example.states[example.states.count - 2]["prev_action"], before.object?.isEmpty == false
            {
                states.insert(["prev_action": before], at: 0)
            }
            guard let key = key(states) else { continue }
            let listened = last.previousActionName == DefaultAction.listen
            if listened, example.action.exact == loop.exact {
                paths[key] = "loop_was_interrupted"
            } else if !listened, example.action.exact != loop.exact {
                paths[key] = "do_not_predict_loop_action"
            }
        }
        return paths
    }

    /// Slots and loops that occur in states.
    private struct NamesInStates {
        var slots: Set<ExactString> = []
        var loops: Set<ExactString> = []

        init(_ examples: [TurnExample]) {
            for state in examples.lazy.flatMap(\.states) {
                if let members = state["slots"]?.object { slots.formUnion(members.keys) }
                if let loop = state["active_loop"]?["name"]?.string { loops.insert(loop) }
            }
        }
    }

    /// Goes through all conversations by the rules that were learned.
    private mutating func sourcesNotInStories(
        _ rules: [TrainingTracker], _ stories: [TrainingTracker]
    ) throws(TrainingError) -> Set<ExactString> {
        var check = ContradictionCheck(judge: judge)
        for rule in rules { check.collectSources(of: rule) }
        for tracker in stories + rules { check.check(tracker) }
        judge = check.judge
        guard check.contradictions.isEmpty else {
            throw TrainingError(
                .badRules,
                "rules or stories contradict each other; change them so that they do not:\n"
                    + check.contradictions.joined(separator: "\n"))
        }
        var sources = Set(check.sources.keys)
        for intent in RuleJudge.defaultActions.keys { sources.insert(RuleJudge.defaultSource(intent)) }
        for form in domain.forms.keys {
            sources.insert(RuleJudge.loopSource(form.string))
            sources.insert("\(RuleJudge.loopSource(form.string)) - \(DefaultAction.listen)")
        }
        return sources.subtracting(check.usedInStories)
    }
}

/// What a configuration says about rules, over the defaults.
struct RuleSettings: Sendable {
    let fallback: String?
    let fallbackAction: String
    let restrictsRules: Bool
    let checks: Bool

    init(_ config: JSONObject, _ domain: Domain) throws(TrainingError) {
        let options = ComponentOptions(node: "RulePolicy", values: config)
        let action = options["core_fallback_action_name"] ?? .string(DefaultAction.defaultFallback)
        fallbackAction = action.string ?? ""
        let isEnabled = options.flag("enable_fallback_prediction", default: true)
        guard domain.index(ofAction: fallbackAction) != nil || !action.isPythonTrue && !isEnabled else {
            throw TrainingError(
                .badDomain,
                "RulePolicy's 'core_fallback_action_name' is \(action.text()), but the domain has no such action")
        }
        let threshold = options["core_fallback_threshold"] ?? 0.3
        guard !isEnabled || threshold.pythonNumber != nil || threshold.string != nil else {
            throw TrainingError(
                .badConfiguration, "RulePolicy's 'core_fallback_threshold' is \(threshold.text()), but must be a number"
            )
        }
        fallback = isEnabled ? fallbackAction : nil
        restrictsRules = options.flag("restrict_rules", default: true)
        checks = options.flag("check_for_contradictions", default: true)
    }
}
