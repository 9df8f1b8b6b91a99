import Dialogue
import ExactText
import JSON

/// A form: a loop that asks for one slot after the other until all are filled (Rasa's `FormAction`).
struct RunForm: Action {
    let form: Form

    var name: String { form.name }

    func run(_ context: ActionContext) async throws -> [Event] {
        var events: [Event] = []
        if context.tracker.activeLoop?.name.exact != name.exact { events = try await activate(context) }
        if !hasEnded(events) { events += try await goOn(context, after: events) }
        if hasEnded(events) { events.append(Event(.activeLoop(name: nil))) }
        return events
    }

    /// Begins the form: slots are filled from the message that triggered it, and what is filled is checked.
    private func activate(_ context: ActionContext) async throws -> [Event] {
        let begin = Event(.activeLoop(name: name))
        var context = context
        context.tracker = context.trial(adding: [begin])
        let extracted = try await context.run(DefaultAction.extractSlots)
        context.tracker = context.trial(adding: extracted)
        let filled = extracted.filter { $0.slot != nil }
        guard context.domain.index(ofAction: validation) != nil else { return [begin] + filled }
        let known = form.requiredSlots.filter { !context.tracker.slot($0).isNull }
        let checked = try await validate(known.map { SlotSet($0, context.tracker.slot($0)) }, context)
        let names = Set<ExactString>(checked.compactMap { $0.slot?.name })
        return [begin] + checked + filled.filter { $0.slot.map { !names.contains($0.name) } ?? false }
    }

    /// Checks what the message filled, where that did not happen yet, and asks for the next slot.
    private func goOn(_ context: ActionContext, after activation: [Event]) async throws -> [Event] {
        var events: [Event] = []
        if activation.allSatisfy(\.isLoopChange) { events = try await validateMessage(context) }
        guard !events.contains(where: \.isRejection) else { return events }
        return events + (try await requestNextSlot(context, after: activation + events))
    }

    /// Whether the form ends with these events: the author's check can end it by asking for no slot.
    private func hasEnded(_ events: [Event]) -> Bool {
        guard !events.contains(where: \.isRejection) else { return false }
        let requested = events.last { $0.slot?.name == DefaultSlot.requestedSlot }?.slot
        return requested?.value.isNull == true || events.last(where: \.isLoopChange)?.body == .activeLoop(name: nil)
    }
}

// MARK: - Checking

extension RunForm {
    /// The author's own check of the form's slots.
    private var validation: String { "validate_\(name)" }

    /// What the check says of the slots that the last message filled.
    ///
    /// - Throws: ``ActionRejection`` when the form asked for a slot and nothing was filled.
    private func validateMessage(_ context: ActionContext) async throws -> [Event] {
        let tracker = context.tracker
        let followsMessage =
            tracker.latestAction?.name == DefaultAction.listen && tracker.activeLoop?.isInterrupted != true
        // After a digression there is nothing to check, but the author's check may still change what is asked for.
        guard followsMessage || tracker.activeLoop == nil else { return try await validate([], context) }
        let filled = filledSlots(tracker)
        let events = try await validate(filled, context)
        let changesSlots = events.contains { $0.slot.map { $0.name != DefaultSlot.requestedSlot } ?? false }
        if let requested = requestedSlot(tracker).string, !requested.isEmpty, filled.isEmpty, !changesSlots,
            !events.contains(where: \.isRejection)
        {
            throw ActionRejection(reason: "the form asked for \"\(requested)\", which the message does not fill")
        }
        return events
    }

    /// Asks the author's check, where there is one.
    private func validate(_ candidates: [SlotSet], _ context: ActionContext) async throws -> [Event] {
        guard context.domain.index(ofAction: validation) != nil else { return [] }
        var context = context
        context.tracker = candidate(context, adding: candidates.map { Event(.slot($0)) })
        return try await CustomAction(name: validation).run(context)
    }

    /// The last values of the form's slots that were set since the last message.
    private func filledSlots(_ tracker: Tracker) -> [SlotSet] {
        var wanted = Set<ExactString>(form.requiredSlots)
        if let requested = requestedSlot(tracker).string, !requested.isEmpty { wanted.insert(requested) }
        let message = tracker.latestMessage
        var filled: [SlotSet] = []
        for event in tracker.events.reversed() {
            if event.body == .restart { break }
            if let user = event.user, user.text?.exact == message.text?.exact,
                user.intentName?.exact == message.intentName?.exact
            {
                break
            }
            guard let slot = event.slot, wanted.contains(slot.name) else { continue }
            if let known = filled.firstIndex(where: { $0.name.exact == slot.name.exact }) {
                // The slot keeps the place of its first event and the value of its last.
                filled.append(filled.remove(at: known))
            } else {
                filled.append(slot)
            }
        }
        return filled.reversed()
    }
}

// MARK: - Asking

extension RunForm {
    private func requestNextSlot(_ context: ActionContext, after events: [Event]) async throws -> [Event] {
        guard !hasEnded(events) else { return [.requesting(nil)] }
        var context = context
        context.tracker = candidate(context, adding: events)
        // The author's check may have chosen what to ask for.
        let chosen = events.lazy.compactMap(\.slot).first { $0.name == DefaultSlot.requestedSlot }?.value.string ?? ""
        if !chosen.isEmpty { return try await ask(for: chosen, context) }
        guard let next = form.requiredSlots.first(where: { context.tracker.slot($0).isNull }) else {
            return [.requesting(nil)]
        }
        return [.requesting(next)] + (try await ask(for: next, context))
    }

    /// Asks by the first of the names that the domain has; an author may also ask in an action of the form's own.
    private func ask(for slot: String, _ context: ActionContext) async throws -> [Event] {
        let names = [
            "action_ask_\(name)_\(slot)", "utter_ask_\(name)_\(slot)", "action_ask_\(slot)", "utter_ask_\(slot)",
        ]
        guard let question = names.first(where: { context.domain.index(ofAction: $0) != nil }) else { return [] }
        return try await context.run(question)
    }

    /// The slot that this form asked for; another form's does not count.
    private func requestedSlot(_ tracker: Tracker) -> JSON {
        tracker.activeLoop?.name.exact == name.exact ? tracker.slot(DefaultSlot.requestedSlot) : .null
    }

    /// The conversation as the author's actions see it: the form has run and these events have happened.
    private func candidate(_ context: ActionContext, adding events: [Event]) -> Tracker {
        let requested = Event(.slot(SlotSet(DefaultSlot.requestedSlot, requestedSlot(context.tracker))))
        return context.trial(adding: [requested, Event(.action(ActionExecuted(name: name)))] + events)
    }
}

extension Event {
    fileprivate static func requesting(_ slot: String?) -> Event {
        Event(.slot(SlotSet(DefaultSlot.requestedSlot, .text(slot))))
    }

    fileprivate var isLoopChange: Bool { if case .activeLoop = body { true } else { false } }
}
