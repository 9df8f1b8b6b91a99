package import Dialogue
package import JSON
import Leases
import Offloading
import Policies
import Stores

/// Chooses where replies go, from the conversation: to a channel, or into the response of a request.
package typealias ReplyRoute = @Sendable (Tracker) -> any OutputChannel

// What the HTTP API and reminders do to conversations beside answering messages. Everything runs under the
// conversation's lease and is stored when a call returns.
extension Conversations {
    /// A conversation with all its sessions as it is stored; nil where nothing is.
    package func storedTracker(of conversation: String) async throws -> Tracker? {
        let assistant = try currentAssistant()
        return try await offload.reading {
            guard let stored = try await stores.load(conversation) else { return nil }
            return try await tracker(stored, of: conversation, assistant)
        }
    }

    /// Runs an action, whatever the policies think.
    ///
    /// - Returns: The conversation as it was before the action, which is what Rasa's API shows.
    /// - Throws: ``ConversationError``, with `.unknownAction` for one that the domain does not have; `LeaseError`,
    ///   `StoreError`.
    package func execute(
        _ action: String, policy: String?, confidence: Double, of conversation: String, replies: @escaping ReplyRoute
    ) async throws -> Tracker {
        try await change(conversation) { assistant, tracker, memory in
            guard assistant.actions.action(named: action) != nil else {
                throw ConversationError(.unknownAction, "The domain has no action \"\(action)\".")
            }
            try await assistant.turn(CollectingOutputChannel(), memory, reminders).beginSessionIfNeeded(&tracker)
            let before = tracker
            let choice = ActionChoice(action: action, policy: policy, confidence: confidence)
            _ = try await assistant.turn(replies(before), memory, reminders).run(choice, &tracker)
            return before
        }
    }

    /// Lets something outside of the conversation say what the user intends; the assistant reacts as to a message.
    ///
    /// - Throws: As ``execute(_:policy:confidence:of:replies:)``, with `.unknownIntent` for an intent that the domain
    ///   does not have.
    package func trigger(
        _ intent: String, entities: JSON, of conversation: String, replies: @escaping ReplyRoute
    ) async throws -> Tracker {
        try await change(conversation) { assistant, tracker, memory in
            try await assistant.turn(CollectingOutputChannel(), memory, reminders).beginSessionIfNeeded(&tracker)
            guard assistant.domain.isKnownIntent(intent) else {
                throw ConversationError(.unknownIntent, "The domain has no intent \"\(intent)\".")
            }
            try await assistant.turn(replies(tracker), memory, reminders).trigger(intent, entities, &tracker)
            return tracker
        }
    }

    /// Adds events to the conversation, at the times that they say.
    ///
    /// - Parameter replies: Where messages among the events are sent, and reminders take effect; nil for neither.
    package func append(
        _ events: [Event], to conversation: String, replies: ReplyRoute?
    ) async throws -> Tracker {
        try await change(conversation) { assistant, tracker, memory in
            if !events.beginSession, tracker.events.isEmpty {
                try await assistant.turn(CollectingOutputChannel(), memory, reminders).beginSessionIfNeeded(&tracker)
            }
            let isLong = max(events.count, tracker.events.count) > Self.shortEvents
            tracker = try await offload.run(if: isLong) { [tracker] in
                var later = tracker
                later.update(contentsOf: events)
                return later
            }
            if let replies {
                try await assistant.turn(replies(tracker), memory, reminders).applySideEffects(of: events, tracker)
            }
            return tracker
        }
    }

    /// Makes these events the whole conversation.
    package func replace(_ conversation: String, with events: [Event]) async throws -> Tracker {
        try await withConversation(conversation) { assistant, held in
            let stored = try await offload.reading { try await stores.load(conversation) }
            guard leases.isHeld(held.lease) else {
                throw LeaseError(.lost, "The conversation's lease ended; nothing is stored.")
            }
            // As Rasa: published is what is more than the session had.
            let known = Tracker.lastSession(of: stored?.events ?? [], from: stores.sessionBeginning).count
            let tracker = try await offload.run(if: events.count > Self.shortEvents) {
                assistant.unmarkedTracker(conversation: conversation, events: events)
            }
            _ = try await store(events.dropFirst(known), of: conversation) {
                try await stores.replace(
                    with: events, leadingTo: tracker, after: stored?.position ?? .start, fence: held.lease.fence)
            }
            return tracker
        }
    }

    /// Adds a message from the user without responding to it.
    ///
    /// - Parameter parsed: What was understood of it; nil asks the assistant.
    package func log(_ message: UserMessage, parsed: JSONObject?) async throws -> Tracker {
        try check(message.text)
        return try await change(message.conversation) { assistant, tracker, memory in
            let turn = assistant.turn(CollectingOutputChannel(), memory, reminders)
            try await turn.receive(message, parsed: parsed, &tracker)
            try await turn.extractSlots(&tracker)
            return tracker
        }
    }

    /// What the policies would do next; the conversation stays as it is, but for a session that it may begin.
    ///
    /// - Returns: Nil where the model has no policies.
    package func predictNext(of conversation: String) async throws -> NextAction? {
        try await change(conversation) { assistant, tracker, memory in
            try await assistant.turn(CollectingOutputChannel(), memory, reminders).beginSessionIfNeeded(&tracker)
            return try await assistant.predictNext(&tracker, memory)
        }
    }

    /// What the policies would do next after these events.
    ///
    /// - Returns: Nil where the model has no policies.
    package func predictNext(after events: [Event]) async throws -> NextAction? {
        let assistant = try currentAssistant()
        var tracker = try await offload.run(if: events.count > Self.shortEvents) {
            assistant.unmarkedTracker(conversation: UserMessage.defaultConversation, events: events)
        }
        return try await assistant.predictNext(&tracker, nil)
    }

    /// The domain of the model in use.
    package func domain() throws -> Domain { try currentAssistant().domain }

    private func change<Result: Sendable>(
        _ conversation: String,
        _ change: @Sendable (Assistant, inout Tracker, PolicyCache?) async throws -> Result
    ) async throws -> Result {
        try await withConversation(UserMessage.conversation(named: conversation)) { assistant, held in
            var result: Result?
            try await update(held, of: assistant) { tracker, memory in
                result = try await change(assistant, &tracker, memory)
            }
            guard let result else { throw ConversationError(.turnFailed, "The change did not run.") }
            return result
        }
    }
}

/// What the policies would do next.
package struct NextAction: Sendable {
    package let tracker: Tracker
    /// A probability for every action, in the domain's order.
    package let scores: [(action: String, probability: Double)]
    /// The policy that won.
    package let policy: String?
    /// The largest probability.
    package let confidence: Double
}

extension Assistant {
    func turn(_ output: any OutputChannel, _ memory: PolicyCache?, _ reminders: Reminders?) -> Turn {
        Turn(assistant: self, output: output, memory: memory ?? newMemory(), reminders: reminders)
    }

    /// A conversation of events that nobody marks as this model's.
    func unmarkedTracker(conversation: String, events: [Event]) -> Tracker {
        var tracker = Tracker(conversation: conversation, slots: domain.slotDefinitions)
        tracker.update(contentsOf: events)
        return tracker
    }

    /// An action that an event ordered counts as taken afterwards, as in Rasa.
    func predictNext(_ tracker: inout Tracker, _ memory: PolicyCache?) async throws -> NextAction? {
        guard let prediction = try await predict(tracker, memory) else { return nil }
        _ = tracker.takeFollowupAction()
        return NextAction(
            tracker: tracker, scores: Array(zip(domain.actionNames, prediction.probabilities)),
            policy: prediction.policyName, confidence: prediction.confidence)
    }
}

extension [Event] {
    /// Whether these begin with the start of a session, as Rasa tells it.
    fileprivate var beginSession: Bool {
        count > 1 && self[0].isAction(DefaultAction.sessionStart) && self[1].body == .sessionStarted
    }
}
