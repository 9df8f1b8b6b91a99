import Dialogue
import ExactText
import JSON
import OrderedCollections
import Policies

/// Says what the learned rules would do in a conversation of the training data, and why.
///
/// Serving has its own such judge; this one works on states as they are in training, where slots and loops can be
/// marked as "must not be set", and takes rules away.
struct RuleJudge: Sendable {
    /// What is foretold: an action, if any, and what it follows from.
    struct Verdict {
        var action: String?
        var source: String?
    }

    static let defaultActions = [
        DefaultIntent.restart: DefaultAction.restart, DefaultIntent.back: DefaultAction.back,
        DefaultIntent.sessionStart: DefaultAction.sessionStart,
    ]

    static func defaultSource(_ intent: String) -> String { "predicting default action with intent \(intent)" }
    static func loopSource(_ loop: String) -> String { "handling active loops and forms - \(loop)" }
    /// Whether a source is none of the rules in the training data.
    static func isBuiltIn(_ source: String) -> Bool {
        source.exact.hasPrefix(defaultSource("")) || source.exact.hasPrefix(loopSource(""))
    }

    let domain: Domain
    let settings: RuleSettings
    /// The rules: states → action.
    var rules: OrderedDictionary<ExactString, String> = [:] {
        didSet { ruleTable = Self.table(rules) }
    }
    var unhappyPaths: OrderedDictionary<ExactString, String> = [:] {
        didSet { unhappyTable = Self.table(unhappyPaths) }
    }
    private var ruleTable: RuleTable?
    private var unhappyTable: RuleTable?

    init(domain: Domain, settings: RuleSettings) {
        self.domain = domain
        self.settings = settings
    }

    private static func table(_ lookup: OrderedDictionary<ExactString, String>) -> RuleTable? {
        // Keys were written by this module, so that they can be read.
        try? RuleTable(.object(JSONObject(lookup.mapValues(JSON.string))))
    }

    /// What follows by the rules. Conversations of rules always foretell something, if only the fallback.
    func verdict(_ tracker: TrainingTracker) -> Verdict {
        var verdict = ruling(tracker)
        if verdict.action == nil, tracker.isRule { verdict.action = settings.fallback ?? DefaultAction.listen }
        return verdict
    }

    private func ruling(_ tracker: TrainingTracker) -> Verdict {
        let byText = rule(for: tracker, byText: true)
        let state = tracker.tracker
        if byText.action == nil, state.latestAction?.name == DefaultAction.listen,
            let intent = state.latestMessage.intentName, let action = Self.defaultActions[intent]
        {
            return Verdict(action: action, source: Self.defaultSource(intent))
        }
        if let loop = tracker.activeLoop, !loop.isRejected {
            if state.latestAction?.name?.exact == loop.name.exact {
                return Verdict(
                    action: DefaultAction.listen, source: "\(Self.loopSource(loop.name)) - \(DefaultAction.listen)")
            }
            if state.latestAction != nil { return Verdict(action: loop.name, source: Self.loopSource(loop.name)) }
        }
        return byText.action != nil ? byText : rule(for: tracker, byText: false)
    }

    private func rule(for tracker: TrainingTracker, byText: Bool) -> Verdict {
        guard !byText || tracker.tracker.latestAction?.name == DefaultAction.listen else { return Verdict() }
        let states = Self.choosingInput(tracker.states, byText: byText)
        let best = ruleTable?.matching(states).max { $0.keyLength < $1.keyLength }
        var verdict = Verdict(action: best?.outcome, source: best?.key)
        if let loop = tracker.activeLoop, let best, best.outcome == DefaultAction.listen, best.isGeneral {
            let marks = unhappyTable?.matching(states).map(\.outcome) ?? []
            guard marks.contains("do_not_predict_loop_action") else {
                return Verdict(action: loop.name, source: best.key)
            }
            verdict.action = nil
        }
        verdict.source = verdict.source ?? RuleTrainer.key(states)
        return verdict
    }

    private static func choosingInput(_ states: [JSON], byText: Bool) -> [JSON] {
        var states = states
        if let last = states.last, last.previousActionName == DefaultAction.listen,
            case .object(var state) = last, case .object(var user)? = state["user"]
        {
            for part in byText ? ["intent", "entities"] : ["text"] { user[part] = nil }
            state["user"] = .object(user)
            states[states.count - 1] = .object(state)
        }
        return states.map(\.withoutTextOfIntent)
    }
}
