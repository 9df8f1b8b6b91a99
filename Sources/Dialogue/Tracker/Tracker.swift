package import JSON
import System

/// The events of a conversation and the state that they imply.
package struct Tracker: Sendable {
    package let senderID: String
    /// How many events are kept; nil for all.
    package let maxEventHistory: Int?
    /// All events, oldest first, those that were taken back among them.
    package var events: [Event] { pending.isEmpty ? recorded : recorded + pending }
    /// The slots by name, in the order of the domain.
    package internal(set) var slots: ConversationSlots
    package internal(set) var latestMessage = UserUttered.empty
    /// The last action; nil before the first.
    package internal(set) var latestAction: ActionRef?
    /// The last message to the user; nil before the first.
    package internal(set) var latestBotUtterance: BotUttered?
    /// The action that must run next; nil once it was taken.
    package var followupAction: String? { followupIsTaken ? nil : orderedFollowup }
    /// Whether the assistant stays silent.
    package internal(set) var isPaused = false
    package internal(set) var activeLoop: LoopState?
    /// The model that new events are marked with; nil leaves them as they come.
    package var modelID: String? {
        didSet { modelMetadata = Tracker.modelMetadata(modelID, assistantID) }
    }
    /// The assistant that new events are marked with; nil leaves them as they come.
    package var assistantID: String? {
        didSet { modelMetadata = Tracker.modelMetadata(modelID, assistantID) }
    }

    /// What an event without metadata gets, made once so that all such events share it.
    private var modelMetadata: JSONObject = [:]

    private var recorded: [Event] = []
    /// Events whose effect is seen but which are not recorded yet: apart, so that a long conversation is not copied.
    private var pending: [Event] = []

    /// The states before the last actions, to go back to when an action or message is taken back.
    var checkpoints = Checkpoints()

    /// What remains of the messages to loops.
    var loopRuns = LoopRuns()

    /// The messages as actions see them.
    var heard = HeardMessages()

    /// The action that the events order to run next.
    var orderedFollowup: String? = DefaultAction.listen { didSet { followupIsTaken = false } }
    private var followupIsTaken = false

    /// The tracker of a conversation without events.
    ///
    /// - Parameters:
    ///   - conversation: The `sender_id`.
    ///   - slots: The slots of the domain.
    ///   - maxEventHistory: How many events are kept; nil for all.
    package init(conversation: String, slots: SlotDefinitions, maxEventHistory: Int? = nil) {
        senderID = conversation
        self.maxEventHistory = maxEventHistory
        self.slots = ConversationSlots(slots)
    }

    private init(conversation: String, slots: SlotDefinitions, recording events: [Event]) {
        self.init(conversation: conversation, slots: slots)
        recorded = events
    }

    /// The same for slots that no other conversation shares.
    package init(conversation: String, slots: [Slot], maxEventHistory: Int? = nil) {
        self.init(conversation: conversation, slots: SlotDefinitions(slots), maxEventHistory: maxEventHistory)
    }

    /// The tracker of a conversation after these events.
    package init(
        conversation: String, slots: SlotDefinitions, events: some Sequence<Event>, maxEventHistory: Int? = nil
    ) {
        self.init(conversation: conversation, slots: slots, maxEventHistory: maxEventHistory)
        recorded = Array(events)
        if let maxEventHistory { recorded = recorded.suffix(maxEventHistory) }
        shareEntities(in: recorded.indices)
        // The last restart or session start, and what came before it, leave no trace in the state.
        let start = recorded.lastIndex { $0.body == .restart || $0.body == .sessionStarted }.map { $0 + 1 } ?? 0
        if recorded.contains(where: \.erasesTraces) {
            if recorded.contains(where: \.isLoop) { checkpoints.noteLoop() }
            for event in appliedEvents() { apply(event.body) }
            heard = HeardMessages(recorded) { events in
                Tracker(conversation: conversation, slots: slots, recording: events).appliedEvents()
            }
        } else {
            for event in recorded[start...] { apply(event.body) }
        }
    }

    /// The same for slots that no other conversation shares.
    package init(conversation: String, slots: [Slot], events: some Sequence<Event>, maxEventHistory: Int? = nil) {
        self.init(
            conversation: conversation, slots: SlotDefinitions(slots), events: events, maxEventHistory: maxEventHistory)
    }

    /// Adds events as ``update(_:)`` does one after another, in time that grows with their number alone: of those that
    /// have the state made anew, only the last one matters.
    package mutating func update(contentsOf newEvents: some Collection<Event>) {
        settleForeseen()
        var start = recorded.count
        let added = newEvents.map { marked($0) }
        recorded += added
        let forgotten = max(0, recorded.count - (maxEventHistory ?? .max))
        recorded.removeFirst(forgotten)
        start = max(0, start - forgotten)
        shareEntities(in: start..<recorded.count)
        if let last = recorded[start...].lastIndex(where: \.reverts) {
            start = last + 1
            let past = recorded[..<start]
            if past.contains(where: \.isLoop) { checkpoints.noteLoop() }
            makeState(from: Tracker.appliedEvents(of: past))
        }
        for index in start..<recorded.count {
            let body = recorded[index].body
            let isRepeat = recorded[index].action?.name.map { self.isRepeat(of: $0, after: recorded[..<index]) }
            apply(body, isRepeat: isRepeat ?? false)
        }
    }

    private func marked(_ event: Event) -> Event {
        var event = event
        if event.metadata.isEmpty {
            event.metadata = modelMetadata
        } else {
            for (name, value) in modelMetadata where event.metadata[name] == nil { event.metadata[name] = value }
        }
        return event
    }

    private mutating func settleForeseen() {
        guard !pending.isEmpty else { return }
        recorded += pending
        pending = []
    }

    /// Adds an event, marked with the model's and assistant's ids, and applies it.
    package mutating func update(_ event: Event) {
        let event = marked(event)
        settleForeseen()
        let isRepeat = event.action?.name.map { self.isRepeat(of: $0, after: recorded[...]) } ?? false
        recorded.append(event)
        if let maxEventHistory, recorded.count > maxEventHistory {
            recorded.removeFirst(recorded.count - maxEventHistory)
        }
        shareEntities(in: recorded.count - 1..<recorded.count)
        apply(event.body, isRepeat: isRepeat)
    }

    /// Entities that a policy has found are also those of the message before, while the assistant listens.
    private mutating func shareEntities(in range: Range<Int>) {
        guard recorded[range].contains(where: \.addsEntities) else { return }
        var place = recorded[..<range.lowerBound].lastIndex { $0.user != nil }
        var isListening =
            recorded[..<range.lowerBound].last { $0.action != nil }?.isAction(DefaultAction.listen) ?? false
        for index in range {
            switch recorded[index].body {
            case .user: place = index
            case .action(let action): isListening = action.name == DefaultAction.listen
            case .entities(let added):
                guard isListening, let place, case .user(var message) = recorded[place].body else { continue }
                message.add(added.entities)
                recorded[place].body = .user(message)
            default: continue
            }
        }
    }

    /// The tracker as it will be after these events: what an action gets to see before it is known whether it runs.
    package func copy(applying newEvents: [Event]) -> Tracker {
        var copy = self.copy()
        copy.showHeardMessages()
        for var event in newEvents {
            event.timestamp = WallClock.now()
            copy.pending.append(event)
            copy.apply(event.body)
        }
        return copy
    }

    private static func modelMetadata(_ modelID: String?, _ assistantID: String?) -> JSONObject {
        var modelMetadata: JSONObject = [:]
        if let modelID { modelMetadata["model_id"] = .string(modelID) }
        if let assistantID { modelMetadata["assistant_id"] = .string(assistantID) }
        return modelMetadata
    }

    /// Adds events that happen now, whatever time they were made at.
    package mutating func updateNow(_ newEvents: some Collection<Event>) {
        update(
            contentsOf: newEvents.map { event in
                var event = event
                event.timestamp = WallClock.now()
                return event
            })
    }

    /// Takes the action that must run next off the tracker, as the one who runs it does.
    package mutating func takeFollowupAction() -> String? {
        defer { followupIsTaken = true }
        return followupAction
    }

    /// The tracker as its events alone make it: nothing taken off, new events not marked. What actions get to see.
    package func copy() -> Tracker {
        var copy = self
        copy.followupIsTaken = false
        copy.modelID = nil
        copy.assistantID = nil
        return copy
    }

    /// The value of a slot; `null` where there is none.
    package func slot(_ name: String) -> JSON { slots.value(of: name) ?? .null }

    /// The channel of the last message from the user.
    package var latestInputChannel: String? {
        for event in events.reversed() {
            if case .user(let message) = event.body { return message.inputChannel }
        }
        return nil
    }

    /// The time of the last event, in seconds since 1970.
    package var latestEventTime: Double? { events.last?.timestamp }

    /// An empty tracker of the same conversation with the same slots.
    package func emptied() -> Tracker {
        Tracker(conversation: senderID, slots: slots.definitions, maxEventHistory: maxEventHistory)
    }

    /// The tracker as it was at a time, in seconds since 1970; events of exactly that time are in it.
    package func travelBack(to time: Double) -> Tracker {
        var earlier = emptied()
        earlier.update(contentsOf: events.prefix { $0.timestamp <= time })
        return earlier
    }
}

extension Event {
    fileprivate var isLoop: Bool { if case .activeLoop = body { true } else { false } }

    fileprivate var addsEntities: Bool { if case .entities = body { true } else { false } }

    /// Whether this takes back what was before.
    package var reverts: Bool {
        switch body {
        case .userUtteranceReverted, .actionReverted: true
        default: false
        }
    }

    /// Whether this can make events before it leave no trace in the state.
    fileprivate var erasesTraces: Bool {
        switch body {
        case .activeLoop, .userUtteranceReverted, .actionReverted: true
        default: false
        }
    }
}
