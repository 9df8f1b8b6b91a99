import Dialogue
import ExactText
import JSON
import ModelArchive
import TextFeatures

/// Follows the rules of the training data, runs active loops and the default actions of default intents, and falls back
/// (Rasa's `RulePolicy`).
struct RulePolicy: Policy {
    /// What the rules say about a situation.
    private struct Verdict {
        var action: String?
        var source: String?
        var isInterrupted = false
    }

    private static let shape = FileShape.members([
        .needed(
            "lookup",
            .members([
                .needed("rules", .map(.text)), .possible("rules_for_loop_unhappy_path", .map(.text)),
                .possible("rules_not_in_stories", .list(.text)),
            ]))
    ])

    private let settings: PolicySettings
    var priority: Double? { settings.priority }
    var options: ComponentOptions { settings.options }
    /// Active loops go before every policy, and interrupted ones must be told, wherever the rules stand.
    var yieldsToCertainty: Bool { false }
    private let rules: RuleTable
    private let unhappyPaths: RuleTable
    private let notInStories: Set<ExactString>
    /// How many states the sources of ``notInStories`` have that are states.
    private let sourceLengths: Set<Int>
    /// More turns than any rule or source has, so that a text of this many states is none of them by accident.
    private let turnsThatMatter: Int
    /// Nil where nothing is predicted without a rule.
    private let fallback: (action: Int, score: Double?)?
    private let scoresByUnderstanding: Bool

    init(_ node: GraphNode, _ model: PreparedModel, domain: Domain) throws {
        settings = try PolicySettings(node, model, defaultPriority: 4)
        let lookup = try model.json(settings.resource, "rule_policy.json", Self.shape)?["lookup"]
        rules = try RuleTable(lookup?["rules"])
        unhappyPaths = try RuleTable(lookup?["rules_for_loop_unhappy_path"])
        notInStories = Set((lookup?["rules_not_in_stories"]?.array ?? []).compactMap(\.string))
        sourceLengths = Set(notInStories.compactMap { (try? JSON(parsing: $0.string))?.array?.count })
        turnsThatMatter = 1 + max(rules.maxTurns, unhappyPaths.maxTurns, sourceLengths.max() ?? 0)
        let options = settings.options
        scoresByUnderstanding = options.flag("use_nlu_confidence_as_score", default: false)
        guard options.flag("enable_fallback_prediction", default: true) else {
            fallback = nil
            return
        }
        let action = options["core_fallback_action_name"] ?? .string(DefaultAction.defaultFallback)
        guard let index = action.string.flatMap(domain.index(ofAction:)) else {
            throw PolicyError(
                .badFiles,
                "RulePolicy: the domain has no action \(action.text()), which 'core_fallback_action_name' names")
        }
        fallback = (index, options.operand("core_fallback_threshold", default: 0.3))
    }

    func predict(_ context: PredictionContext) throws -> Prediction {
        if let fallback, fallback.score == nil { throw ModelFailure(options, "core_fallback_threshold", "a number") }
        let byText = verdict(context, byText: true)
        if byText.action == nil, context.followsListen, let action = RulePolicy.defaultAction(for: context.intent) {
            let source = "predicting default action with intent \(context.intent ?? "")"
            return prediction(Verdict(action: action, source: source), context)
        }
        if let loop = context.tracker.activeLoop, !loop.isRejected {
            let source = "handling active loops and forms - \(loop.name)"
            if context.tracker.latestAction?.name?.exact == loop.name.exact {
                let listen = Verdict(action: DefaultAction.listen, source: "\(source) - \(DefaultAction.listen)")
                return prediction(listen, context, isNoUser: true)
            }
            if context.tracker.latestAction != nil {
                return prediction(Verdict(action: loop.name, source: source), context, isNoUser: true)
            }
        }
        if byText.action != nil { return prediction(byText, context, isEndToEnd: true) }
        var byIntent = verdict(context, byText: false)
        byIntent.isInterrupted = byIntent.isInterrupted || byText.isInterrupted
        return prediction(byIntent, context)
    }

    private static func defaultAction(for intent: String?) -> String? {
        switch intent {
        case DefaultIntent.restart: DefaultAction.restart
        case DefaultIntent.back: DefaultAction.back
        case DefaultIntent.sessionStart: DefaultAction.sessionStart
        default: nil
        }
    }

    private func verdict(_ context: PredictionContext, byText: Bool) -> Verdict {
        guard !byText || context.followsListen else { return Verdict() }
        let turns = context.history.all(last: turnsThatMatter).choosingInput(byText: byText)
        let best = rules.matching(turns).max { $0.keyLength < $1.keyLength }
        var verdict = Verdict(action: best?.outcome, source: best?.key)
        if let loop = context.tracker.activeLoop {
            let marks = unhappyPaths.matching(turns).map(\.outcome)
            if let best, best.outcome == DefaultAction.listen, best.isGeneral {
                guard marks.contains("do_not_predict_loop_action") else {
                    return Verdict(action: loop.name, source: best.key)
                }
                // The rule would end a turn of the loop that the stories leave on purpose.
                verdict.action = nil
            }
            verdict.isInterrupted = marks.contains("loop_was_interrupted")
        }
        // Without a rule the states themselves are the source, which only matters where a source is so long.
        if verdict.source == nil, sourceLengths.contains(turns.count) { verdict.source = turns.text }
        return verdict
    }

    private func prediction(
        _ verdict: Verdict, _ context: PredictionContext, isEndToEnd: Bool = false, isNoUser: Bool = false
    ) -> Prediction {
        var probabilities = context.nothing
        if let fallback { probabilities[fallback.action] = fallback.score ?? 0 }
        if let action = verdict.action, let index = context.domain.index(ofAction: action) {
            probabilities[index] = scoresByUnderstanding ? context.tracker.latestMessage.intentConfidence ?? 1 : 1
        }
        var prediction = settings.prediction(probabilities)
        prediction.isEndToEnd = isEndToEnd
        prediction.isNoUserPrediction = isNoUser
        prediction.hidesRuleTurn = verdict.source.map(notInStories.contains) ?? false
        if verdict.isInterrupted { prediction.events.append(.loopInterrupted(true)) }
        return prediction
    }
}
