import Dialogue
import ExactText
import Logging

struct ActionTable: Sendable {
    let domain: Domain
    let logger: Logger
    private let slotMappings: SlotMappingIndex

    init(domain: Domain, logger: Logger) {
        self.domain = domain
        self.logger = logger
        slotMappings = SlotMappingIndex(domain: domain, logger: logger)
    }

    /// The action that Rasa would run under this name or text; nil for one that the domain does not know.
    func action(named name: String) -> (any Action)? {
        guard domain.index(ofAction: name) != nil else { return nil }
        let isOverridden = domain.isUserAction(name) || domain.forms[name] != nil
        if !isOverridden, let action = defaultAction(name) { return action }
        if let intent = RetrieveResponse.intent(of: name), domain.isRetrievalIntent(intent) {
            return RetrieveResponse(name: name, intent: intent, logger: logger)
        }
        if domain.isActionText(name) { return SayText(text: name) }
        if name.exact.hasPrefix("utter_") { return Utter(name: name, response: name, logger: logger) }
        if let form = domain.forms[name], !domain.isUserAction(name) { return RunForm(form: form) }
        return CustomAction(name: name)
    }

    private func defaultAction(_ name: String) -> (any Action)? {
        switch name {
        // Reverting the events of a fallback fails in every Rasa 3 (it belongs to a policy that is gone): nothing is
        // reverted there either.
        case DefaultAction.listen, DefaultAction.unlikelyIntent, DefaultAction.revertFallbackEvents:
            DoNothing(name: name)
        case DefaultAction.restart: UtterAnd(name: name, response: "utter_restart", [.restart], logger)
        case DefaultAction.sessionStart: StartSession()
        case DefaultAction.defaultFallback:
            UtterAnd(name: name, response: "utter_default", [.userUtteranceReverted], logger)
        case DefaultAction.deactivateLoop: DeactivateLoop()
        case DefaultAction.askAffirmation: AskAffirmation()
        case DefaultAction.askRephrase: UtterAnd(name: name, response: "utter_ask_rephrase", [], logger)
        case DefaultAction.twoStageFallback: TwoStageFallback()
        case DefaultAction.back:
            UtterAnd(name: name, response: "utter_back", [.userUtteranceReverted, .userUtteranceReverted], logger)
        case DefaultAction.extractSlots: ExtractSlots(mappings: slotMappings, logger: logger)
        default: nil
        }
    }
}
