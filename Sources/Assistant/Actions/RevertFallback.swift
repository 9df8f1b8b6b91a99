import Dialogue

/// Takes the questions of a fallback back once the user has said what was meant, as if it had been said at once.
struct RevertFallback: Action {
    let name = DefaultAction.revertFallbackEvents

    func run(_ context: ActionContext) async throws -> [Event] {
        let tracker = context.tracker
        if tracker.lastExecutedActionHas(name: DefaultAction.askRephrase) {
            return revertRephrasing + [try lastMessage(of: tracker)]
        }
        guard tracker.lastExecutedActionHas(name: DefaultAction.askAffirmation) else { return [] }
        let events = [Event(.userUtteranceReverted), Event(.userUtteranceReverted), listen]
        let wasRephrased = tracker.lastExecutedActionHas(name: DefaultAction.askRephrase, skip: 1)
        return events + (wasRephrased ? revertRephrasing : []) + [try lastMessage(of: tracker).withCertainIntent()]
    }

    private var listen: Event { Event(.action(ActionExecuted(name: DefaultAction.listen))) }

    /// The rephrasing goes, then the request for it, then the question that was not affirmed.
    private var revertRephrasing: [Event] {
        [Event(.userUtteranceReverted), Event(.userUtteranceReverted), Event(.userUtteranceReverted), listen]
    }

    private func lastMessage(of tracker: Tracker) throws(ActionError) -> Event {
        guard let message = tracker.lastAppliedEvent(where: { $0.user != nil }) else {
            throw ActionError(.missingInformation, "there is no message to go back to")
        }
        return message
    }
}

extension Event {
    /// The same message with its intent beyond doubt.
    func withCertainIntent() -> Event {
        guard let message = user else { return self }
        return Event(.user(message.withCertainIntent()), timestamp: timestamp, metadata: metadata)
    }
}
