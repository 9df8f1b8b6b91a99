import Dialogue
import ExactText
import JSON
import OrderedCollections

/// Looks for what the parts of a project do not know of each other (Rasa's `Validator`).
struct ProjectInspector {
    private(set) var warnings: [TrainingWarning] = []
    /// What makes the project unfit to be trained.
    private var faults: [TrainingWarning] = []
    private let plan: Plan
    private let hasRulePolicy: Bool
    private var domain: Domain { plan.domain }

    init(_ plan: Plan) {
        self.plan = plan
        hasRulePolicy = plan.policies?.contains { $0.component == "RulePolicy" } ?? false
    }

    /// - Throws: ``TrainingError`` with all faults that were found.
    func refuseFaults() throws(TrainingError) {
        guard let first = faults.first else { return }
        let others = faults.dropFirst().map { "\n- \($0)" }.joined()
        throw TrainingError(.badDomain, at: first.place, first.message + others)
    }

    // MARK: Actions and loops

    /// Rules must only predict actions that the domain has, and RulePolicy must know every loop; a story with another
    /// action is never followed that far, nor is a rule that begins with one.
    mutating func checkActions() throws(TrainingError) {
        for step in plan.steps {
            var isAtStart = step.starts.contains { $0.name == Checkpoint.start }
            for event in step.events {
                let isPredicted = !isAtStart
                isAtStart = Self.isAtStart(isAtStart, after: event)
                guard let (kind, name) = unknown(event) else { continue }
                let warning = TrainingWarning(
                    at: step.place,
                    "the \(kind) '\(name)' of the \(step.kind) '\(step.name)' is not in the domain; add it to "
                        + (kind == "loop" ? "'forms'" : "'actions' or 'responses'") + ", or correct the name",
                    isDoubt: name.exact.hasPrefix("utter_"))
                if hasRulePolicy, step.isRule && isPredicted || kind == "loop" {
                    throw TrainingError(.badDomain, at: step.place, warning.message)
                }
                if kind == "loop" || name.exact.hasPrefix("action_") { faults.append(warning) }
                warn(warning)
            }
        }
    }

    /// Whether nothing has happened yet that could foretell an action.
    private static func isAtStart(_ isAtStart: Bool, after event: Event.Body) -> Bool {
        switch event {
        case .user: false
        case .action(let action): action.name == RuleGap.name
        default: isAtStart
        }
    }

    private func unknown(_ event: Event.Body) -> (kind: String, name: String)? {
        switch event {
        case .action(let action):
            guard let name = action.name, name != RuleGap.name, domain.index(ofAction: name) == nil else { return nil }
            return ("action", name)
        case .activeLoop(name: let name?):
            return name.isEmpty || domain.index(ofAction: name) != nil ? nil : ("loop", name)
        default: return nil
        }
    }

    // MARK: Domain

    mutating func checkDomain() {
        let slots = Set<ExactString>(domain.slots.map(\.name))
        for form in domain.forms.values {
            for slot in form.requiredSlots where !slots.contains(slot) {
                faults.append(
                    TrainingWarning(
                        "the form '\(form.name)' asks for the slot '\(slot)', which the domain does not have"))
            }
        }
        for slot in domain.slots {
            for mapping in slot.mappings {
                for loop in mapping.conditions.compactMap(\.activeLoop) { check(slot, mapping, loop) }
            }
        }
        for (intent, properties) in domain.json["intents"]?.array?.compactMap({ $0.object?.first }) ?? []
        where properties["triggers"] != nil {
            faults.append(
                TrainingWarning("the intent '\(intent)' 'triggers' an action, which only rules do; write a rule")
            )
        }
    }

    private mutating func check(_ slot: Slot, _ mapping: SlotMapping, _ loop: String) {
        guard let form = domain.forms[loop] else {
            faults.append(
                TrainingWarning(
                    "the slot '\(slot.name)' is filled while the form '\(loop)' is active, but there is no such form"))
            return
        }
        guard !form.requiredSlots.isEmpty, !form.requiredSlots.contains(exact: slot.name),
            mapping.kind != .fromTriggerIntent
        else { return }
        faults.append(
            TrainingWarning(
                "the slot '\(slot.name)' is filled while the form '\(loop)' is active, but is none of its "
                    + "'required_slots'"))
    }

    // MARK: Examples

    mutating func checkExamples() {
        var intents: OrderedDictionary<ExactString, OrderedSet<ExactString>> = [:]
        for example in plan.data.completeExamples {
            guard let intent = example.intent else { continue }
            intents[example.text, default: []].append(intent)
        }
        let used = OrderedSet(intents.values.joined())
        for intent in used where !domain.isKnownIntent(intent.string) {
            warn("there are examples of '\(intent)', but the domain has no such intent", isDoubt: true)
        }
        for intent in domain.intents.keys
        where !used.contains(intent) && !DefaultIntent.names.contains(exact: intent.string) {
            warn("the intent '\(intent)' has no examples")
        }
        for (text, intents) in intents where intents.count > 1 {
            let names = intents.map { "'\($0)'" }.joined(separator: ", ")
            warn("the example '\(text)' is one of several intents: \(names)", isDoubt: true)
        }
    }

    // MARK: Stories

    mutating func checkStories(maxHistory: Int?) throws(TrainingError) {
        var (intents, actions): (Set<ExactString>, Set<ExactString>) = ([], [])
        for event in plan.steps.lazy.flatMap(\.events) {
            switch event {
            case .user(let message): intents.formUnion([message.intentName?.exact].compactMap(\.self))
            case .action(let action): actions.formUnion([action.name?.exact].compactMap(\.self))
            default: continue
            }
        }
        for intent in domain.intents.keys
        where !intents.contains(intent) && !DefaultIntent.names.contains(exact: intent.string) {
            warn("the intent '\(intent)' is used in no story or rule")
        }
        let responses = OrderedSet(domain.responses.keys.map { String($0.unicodeScalars.prefix { $0 != "/" }).exact })
        // Forms ask with responses of their own accord.
        for response in responses where !actions.contains(response) && !response.hasPrefix("utter_ask_") {
            warn("the response '\(response)' is used in no story or rule")
        }
        for action in actions.pythonSorted
        where action.exact.hasPrefix("utter_") && !responses.contains(action) && domain.index(ofAction: action) != nil {
            warn("stories or rules use '\(action)', but there is no such response", isDoubt: true)
        }
        try checkConflicts(maxHistory: maxHistory)
    }

    mutating func checkConflicts(maxHistory: Int?) throws(TrainingError) {
        for conflict in try StoryConflict.all(in: plan, maxHistory: maxHistory) { warn("\(conflict)", isDoubt: true) }
    }

    // MARK: Components

    /// Names data that no component learns from.
    mutating func checkComponents() {
        let components = Set<ExactString>(plan.pipeline?.map(\.component) ?? [])
        if plan.pipeline != nil {
            let data = plan.data
            let takesPatterns = !components.isDisjoint(with: ["RegexFeaturizer", "RegexEntityExtractor"])
            if !takesPatterns, !data.expressions.isEmpty || !data.lookupTables.isEmpty {
                warn(
                    "there are regular expressions or lookup tables, but neither RegexFeaturizer nor RegexEntityExtractor"
                )
            }
            if !data.synonyms.isEmpty, !components.contains("EntitySynonymMapper") {
                warn("there are synonyms, but no EntitySynonymMapper")
            }
            if !data.retrievalIntents.isEmpty, !components.contains("ResponseSelector") {
                warn("there are retrieval intents, but no ResponseSelector")
            }
            let learners: Set<ExactString> = ["DIETClassifier", "CRFEntityExtractor"]
            if !data.entities.isEmpty, components.isDisjoint(with: learners.union(["RegexEntityExtractor"])) {
                warn("there are entities in examples, but neither DIETClassifier nor CRFEntityExtractor")
            }
            if components.isSuperset(of: learners) {
                warn("both DIETClassifier and CRFEntityExtractor learn entities, which are then found twice")
            }
        }
        guard plan.policies != nil else { return }
        if hasRulePolicy != plan.steps.contains(where: \.isRule) {
            warn(
                hasRulePolicy
                    ? "RulePolicy is configured, but there are no rules"
                    : "there are rules, but no RulePolicy that follows them")
        }
    }

    private mutating func warn(_ message: String, isDoubt: Bool = false) {
        warn(TrainingWarning(message, isDoubt: isDoubt))
    }

    private mutating func warn(_ warning: TrainingWarning) {
        if !warnings.contains(where: { $0.message.exact == warning.message.exact }) { warnings.append(warning) }
    }
}
