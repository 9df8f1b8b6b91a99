import Dialogue
import JSON
import Logging
import Offloading
import Policies
import System

/// One message of the user up to the next time the assistant listens: on plain values, with nothing but the sink to
/// the outside.
struct Turn {
    let assistant: Assistant
    let output: any OutputChannel
    /// What the policies remember of the conversation.
    let memory: PolicyCache?
    /// Where reminders wait; nil where none are triggered.
    var reminders: Reminders?

    private var domain: Domain { assistant.domain }
    private var logger: Logger { assistant.logger }

    func handle(_ message: UserMessage, _ tracker: inout Tracker) async throws {
        try await receive(message, &tracker)
        guard assistant.canDecide else { return }
        try await extractSlots(&tracker)
        try await act(&tracker)
    }

    /// Takes a message in.
    ///
    /// - Parameter parsed: What was understood of it already.
    func receive(_ message: UserMessage, parsed: JSONObject? = nil, _ tracker: inout Tracker) async throws {
        try await beginSessionIfNeeded(&tracker, metadata: message.metadata)
        var understood = parsed ?? [:]
        if parsed == nil { understood = try await assistant.parseData(message.text, of: message.conversation) }
        let metadata = message.metadata ?? [:]
        tracker.update(
            Event(
                .user(
                    UserUttered(
                        text: message.text, parseData: understood, inputChannel: message.inputChannel,
                        messageID: message.messageID, metadata: metadata)),
                metadata: metadata))
    }

    /// Reacts to an intent that did not come as a message.
    func trigger(_ intent: String, _ entities: JSON, _ tracker: inout Tracker, id: String? = nil) async throws {
        var found = entities.array ?? []
        if case .object(let values) = entities {
            found = values.map { ["entity": .string($0.key), "value": $0.value] }
        }
        let external = UserUttered(
            text: "EXTERNAL: \(intent)",
            parseData: ["intent": ["name": .string(intent)], "entities": .array(found)],
            inputChannel: tracker.latestInputChannel, messageID: id, metadata: ["is_external": true])
        tracker.update(Event(.user(external), metadata: ["is_external": true]))
        try await extractSlots(&tracker)
        try await act(&tracker)
    }

    /// Lets events take effect outside of the conversation: messages are sent, reminders wait for their time.
    ///
    /// - Throws: As ``Reminders/take(_:of:)``.
    func applySideEffects(of events: [Event], _ tracker: Tracker) async throws {
        await send(events, of: tracker)
        try await reminders?.take(events, of: tracker)
    }

    /// Begins a session where there is none, or where the user was silent for too long.
    func beginSessionIfNeeded(_ tracker: inout Tracker, metadata: JSONObject? = nil) async throws {
        guard !tracker.hasAppliedEvents || hasExpired(tracker) else { return }
        if let metadata, !metadata.isEmpty {
            tracker.update(Event(.slot(SlotSet(DefaultSlot.sessionStartedMetadata, .object(metadata)))))
        }
        let start = ActionChoice(action: DefaultAction.sessionStart, policy: nil, confidence: 1)
        _ = try await run(start, &tracker)
    }

    private func hasExpired(_ tracker: Tracker) -> Bool {
        let limit = domain.session.expirationMinutes
        let last = memory.map { $0.lastMessage(in: tracker) } ?? tracker.lastAppliedEvent { $0.user != nil }
        guard limit > 0, let last else { return false }
        return (WallClock.now() - last.timestamp) / 60 > limit
    }

    func extractSlots(_ tracker: inout Tracker) async throws {
        guard let action = assistant.actions.action(named: DefaultAction.extractSlots) else { return }
        let events = try await action.run(context(tracker))
        await send(events, of: tracker)
        tracker.updateNow(events)
    }

    /// Lets the policies choose and runs what they chose until they choose to listen.
    private func act(_ tracker: inout Tracker) async throws {
        var goesOn = true
        // Actions that take others back, or decline in turns, never reach Rasa's limit, which counts the events that
        // are left: such a turn would have no end.
        var rest = assistant.options.maxPredictions * Turn.maxRounds
        while goesOn, !tracker.isPaused || tracker.latestMessage.intentName == DefaultIntent.restart {
            rest -= 1
            if hasReachedLimit(tracker) || rest < 0 {
                logger.warning(
                    "The limit of actions in one turn is reached; the turn ends here",
                    metadata: [
                        "conversation": "\(tracker.senderID)", "limit": "\(assistant.options.maxPredictions)",
                    ])
                return
            }
            let choice = try await choose(&tracker)
            if choice.isEndToEnd { try await extractSlots(&tracker) }
            goesOn = try await run(choice, &tracker)
        }
    }

    /// How many times the limit of actions a turn may choose actions in all.
    private static let maxRounds = 10

    private func hasReachedLimit(_ tracker: Tracker) -> Bool {
        guard !Turn.endsTurn(tracker.latestAction?.nameOrText) else { return false }
        var count = 0
        for event in tracker.events.reversed() {
            guard let action = event.action else { continue }
            if Turn.endsTurn(action.name) { break }
            count += 1
        }
        return count >= assistant.options.maxPredictions
    }

    private static func endsTurn(_ action: String?) -> Bool {
        action == DefaultAction.listen || action == DefaultAction.sessionStart
    }

    /// The next action: one that an event ordered, or else the policies' choice.
    private func choose(_ tracker: inout Tracker) async throws -> ActionChoice {
        if let ordered = tracker.takeFollowupAction(), !ordered.isEmpty {
            if domain.index(ofAction: ordered) != nil {
                return ActionChoice(action: ordered, policy: "followup_action", confidence: 1)
            }
            logger.error(
                "A follow-up action is not in the domain; the policies choose instead",
                metadata: ["action": "\(ordered)"])
        }
        return try await assistant.choose(tracker, memory)
    }

    /// Runs an action and applies its events.
    ///
    /// - Returns: Whether another action is to be chosen.
    func run(_ choice: ActionChoice, _ tracker: inout Tracker) async throws -> Bool {
        guard let action = assistant.actions.action(named: choice.action) else {
            throw TurnError(.unknownAction, "The action \"\(choice.action)\" is not in the domain.")
        }
        let goesOn = !Turn.endsTurn(action.name)
        guard let events = await events(of: action, choice, tracker) else {
            let rejection = ActionExecutionRejected(
                name: action.name, policy: choice.policy, confidence: choice.confidence)
            tracker.update(Event(.actionExecutionRejected(rejection)))
            return goesOn
        }
        if !events.contains(where: \.isRejection) {
            try await record(choice.events, &tracker)
            tracker.update(Event(.action(action.executed(choice)), metadata: choice.metadata))
        }
        try await record(events, &tracker)
        if events.contains(where: { $0.user != nil }) { try await extractSlots(&tracker) }
        try await applySideEffects(of: events, tracker)
        return goesOn
    }

    private func record(_ events: [Event], _ tracker: inout Tracker) async throws {
        // What is taken back can have the state of a long conversation made anew.
        let isLong = tracker.events.count > Conversations.shortEvents && events.contains(where: \.reverts)
        guard isLong else { return tracker.updateNow(events) }
        tracker = try await assistant.offload.run { [tracker] in
            var later = tracker
            later.updateNow(events)
            return later
        }
    }

    /// What the action does; nothing where it fails, nil where it declines to run.
    private func events(of action: any Action, _ choice: ActionChoice, _ tracker: Tracker) async -> [Event]? {
        // The action sees what the policies added, but the conversation gets it only if the action is not rejected.
        let copy = tracker.copy(applying: choice.events)
        do {
            return try await action.run(context(copy))
        } catch let rejection as ActionRejection {
            logger.debug(
                "An action declined to run",
                metadata: ["action": "\(action.name)", "reason": "\(rejection.reason)"])
            return nil
        } catch {
            logger.error(
                "An action failed; its events are lost, and the conversation continues",
                metadata: ["action": "\(action.name)", "error": "\(error)"])
            return []
        }
    }

    private func context(_ tracker: Tracker) -> ActionContext {
        ActionContext(
            tracker: tracker, domain: domain, document: assistant.document, channelName: output.channelName,
            responses: assistant.responses, actions: assistant.actions, server: assistant.actionServer)
    }

    private func send(_ events: [Event], of tracker: Tracker) async {
        for event in events {
            guard case .bot(let message) = event.body else { continue }
            await output.send(BotMessage(message, metadata: event.metadata, recipient: tracker.senderID))
        }
    }
}
