import Dialogue
import ExactText

/// Asks whether the likeliest intent was meant, then for other words, and gives up after that: a loop that lasts until
/// the user has made it clear.
struct TwoStageFallback: Action {
    let name = DefaultAction.twoStageFallback

    func run(_ context: ActionContext) async throws -> [Event] {
        let tracker = context.tracker
        let isNew = tracker.activeLoop?.name.exact != name.exact
        var events = isNew ? [Event(.activeLoop(name: name))] : []
        guard isDone(tracker) else {
            // A question just asked says nothing about the response, so nothing more is decided now.
            let shouldAffirm = isNew || tracker.latestMessage.intentName == DefaultIntent.nluFallback
            events += try await run(
                shouldAffirm ? DefaultAction.askAffirmation : DefaultAction.askRephrase, context)
            return events
        }
        events.append(Event(.activeLoop(name: nil)))
        if failedTwice(tracker) { return events + (try await run(DefaultAction.defaultFallback, context)) }
        let message = tracker.lastAppliedEvent { $0.user != nil } ?? Event(.user(tracker.latestMessage))
        events.append(Event(.userUtteranceReverted))
        events.append(Event(.action(ActionExecuted(name: DefaultAction.listen))))
        return events + [message.withCertainIntent()]
    }

    private func run(_ action: String, _ context: ActionContext) async throws -> [Event] {
        guard let action = context.actions.action(named: action) else { return [] }
        return try await action.run(context)
    }

    private func isDone(_ tracker: Tracker) -> Bool {
        let intent = tracker.latestMessage.intentName
        return intent != DefaultIntent.nluFallback && intent != DefaultIntent.outOfScope || failedTwice(tracker)
    }

    private func failedTwice(_ tracker: Tracker) -> Bool {
        let fallback = DefaultIntent.nluFallback
        return lastIntents(2, tracker) == [fallback, fallback]
            || lastIntents(3, tracker) == [DefaultIntent.outOfScope, fallback, DefaultIntent.outOfScope]
    }

    /// The intents of the last messages, latest first. A message that was taken back counts among them without a name.
    private func lastIntents(_ count: Int, _ tracker: Tracker) -> [String?] {
        tracker.eventsAfterRestart.reversed().lazy
            .filter { $0.user != nil || $0.body == .userUtteranceReverted }
            .prefix(count).compactMap(\.user).map(\.intentName)
    }
}

extension Event {
    /// The same message with its intent beyond doubt.
    fileprivate func withCertainIntent() -> Event {
        guard let message = user else { return self }
        return Event(.user(message.withCertainIntent()), timestamp: timestamp, metadata: metadata)
    }
}
