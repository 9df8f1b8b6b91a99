package import Dialogue
import ExactText
package import JSON
import Policies

/// A conversation as a story or rule tells it, with the states that policies learn from.
package struct TrainingTracker: Sendable {
    /// The names of the stories that it came through, joined by ` > `.
    package private(set) var name: String
    package let isRule: Bool
    /// Whether it goes on from the end of another story at random, which only policies with networks learn from.
    package private(set) var isAugmented = false
    package private(set) var tracker: Tracker
    /// The state before each action and the one of now. Kept as Rasa keeps them while stories grow: a form that runs
    /// again counts here, though it does not among the applied events.
    private(set) var storyStates: [StoryState] = []
    private let domain: Domain
    /// What policies see of the last message.
    private var user: DialogueState.User?
    /// Whether a slot was ever demanded to be unset.
    private var demandsUnset = false

    package init(name: String, domain: Domain, isRule: Bool) {
        self.name = name
        self.domain = domain
        self.isRule = isRule
        tracker = Tracker(conversation: name, slots: domain.slotDefinitions)
        storyStates = [now()]
    }

    /// ``storyStates`` as rules and memorized turns have them.
    package var states: [JSON] { storyStates.map(\.json) }

    /// The same conversation, gone on into a step of this name.
    package func entering(_ step: String) -> TrainingTracker {
        var copy = self
        if name.isEmpty {
            copy.name = step
        } else if !step.isEmpty, !name.components(" > ").contains(exact: step) {
            copy.name += " > " + step
        }
        return copy
    }

    /// The same conversation without its end, to go on with another story at random.
    func augmenting() -> TrainingTracker {
        var copy = self
        copy.isAugmented = true
        // Stories end and begin with listening, which is to be there once.
        copy.update(Event(story: .actionReverted))
        return copy
    }

    /// A conversation without events, to go through the same ones again.
    package func beginning() -> TrainingTracker { TrainingTracker(name: name, domain: domain, isRule: isRule) }

    package mutating func update(_ event: Event) {
        tracker.update(event)
        switch event.body {
        case .action: break
        case .actionReverted: storyStates.removeLast(min(2, storyStates.count))
        case .userUtteranceReverted, .restart: storyStates.removeAll()
        default: storyStates.removeLast(min(1, storyStates.count))
        }
        if let slot = event.slot {
            if slot.value == .string(RuleTable.mustBeUnset) { demandsUnset = true }
        } else {
            user = DialogueState.User(tracker.latestMessage, domain)
        }
        storyStates.append(now())
    }

    private func now() -> StoryState {
        var unset: [ExactString] = []
        if demandsUnset {
            for (name, slot) in tracker.slots
            where slot.value == .string(RuleTable.mustBeUnset) && !slot.features.isEmpty {
                unset.append(name.exact)
            }
        }
        return StoryState(DialogueState(tracker, user: user), unset: unset)
    }

    /// The events that count, those taken back left out.
    package var appliedEvents: [Event] { tracker.appliedEvents() }

    /// The states that rules are made of: replayed from the applied events, without slots that nothing has set.
    package var statesOfSetSlots: [JSON] {
        var replay = Tracker(conversation: name, slots: domain.slotDefinitions)
        var states: [JSON] = []
        for event in appliedEvents {
            if event.action != nil { states.append(Self.stateOfSetSlots(replay, domain)) }
            replay.update(event)
        }
        states.append(Self.stateOfSetSlots(replay, domain))
        return states
    }

    /// The loop that is active; a mark that none must be is none.
    package var activeLoop: LoopState? {
        tracker.activeLoop.flatMap { $0.name == RuleTable.mustBeUnset ? nil : $0 }
    }

    private static func stateOfSetSlots(_ tracker: Tracker, _ domain: Domain) -> JSON {
        guard case .object(var state) = DialogueState(tracker, domain).json else { return [:] }
        var slots: JSONObject = [:]
        for (name, slot) in tracker.slots {
            let features = slot.features
            guard !features.isEmpty, slot.hasBeenSet else { continue }
            if slot.value == .string(RuleTable.mustBeUnset) {
                slots[name] = .string(RuleTable.mustBeUnset)
            } else if features.contains(where: { $0 != 0 }) {
                slots[name] = .array(features.map(JSON.double))
            }
        }
        state["slots"] = slots.isEmpty ? nil : .object(slots)
        return .object(state)
    }
}

extension JSON {
    /// Of a state: the name of the action before it.
    package var previousActionName: String? { self["prev_action"]?["action_name"]?.string }

    /// Of a state: the loop that is active in it; a mark that none must be is none.
    package var activeLoopName: String? {
        self["active_loop"]?["name"]?.string.flatMap { $0 == RuleTable.mustBeUnset ? nil : $0 }
    }

    /// Of a state: without the text of a message that has an intent.
    package var withoutTextOfIntent: JSON {
        guard case .object(var state) = self, case .object(var user)? = state["user"], user["intent"] != nil else {
            return self
        }
        user["text"] = nil
        state["user"] = .object(user)
        return .object(state)
    }
}

extension Event {
    private static let mark = "unpredictable"

    /// An event of a story. One that nothing foretells is marked in its metadata, which go nowhere from here.
    package init(story body: Body, isUnpredictable: Bool = false) {
        self.init(body, timestamp: 0, metadata: isUnpredictable ? [Self.mark: true] : [:])
    }

    /// Whether this is the first action of a story that begins with one.
    package var isUnpredictable: Bool { metadata[Self.mark] == true }
}

extension String {
    package func components(_ separator: String) -> [String] {
        exact.components(separatedBy: separator).map(String.init)
    }
}
