import Dialogue
import ExactText

/// The states of a conversation, one before each action and the one of now (Rasa's
/// `DialogueStateTracker.past_states`), kept up to date event by event: a turn costs what happened in it, however long
/// the conversation is.
struct StateHistory: Sendable {
    /// What only rules use, and policies that learn from stories must not see.
    struct RuleOnly: Sendable {
        var slots: Set<ExactString> = []
        var loops: Set<ExactString> = []
    }

    /// Everything that follows from the applied events so far.
    fileprivate struct Past: Sendable {
        var all: [DialogueState] = []
        var learned: [DialogueState] = []
        var applied: [Event] = []
        var replay: Tracker
        var lastLearnedAction: ActionRef?
        var isHidden = false
        /// The slots of the last state, and what is left of them in a learned one: mostly the same again.
        var lastSlots: (all: SlotFeatures, learned: SlotFeatures)?
        /// What was right after the last run of each loop, to go back to when the loop only repeats itself.
        var afterLoops: [ExactString: Mark] = [:]
        /// What was right before the last actions, to go back to when an action or message is taken back.
        var beforeActions: [Mark] = []
    }

    /// A past without its lists, which only ever grow at their ends.
    fileprivate struct Mark: Sendable {
        let states: Int
        let learnedStates: Int
        let events: Int
        let replay: Tracker
        let lastLearnedAction: ActionRef?
        let isHidden: Bool
    }

    /// What the policies see at one moment.
    fileprivate struct MonotonicInstant: Sendable {
        let state: DialogueState
        /// What policies that learn from stories see; nil where a rule hides the turn.
        let learned: DialogueState?
        let lastLearnedAction: ActionRef?
        let isHidden: Bool
        let slots: (all: SlotFeatures, learned: SlotFeatures)
    }

    private let domain: Domain
    private let ruleOnly: RuleOnly
    private let empty: Tracker
    private var past: Past
    private var present: MonotonicInstant
    private var loops: Set<ExactString> = []
    private(set) var seen = 0
    /// Actions that have run, those that were taken back among them.
    private var actions: Set<ExactString> = []
    private var lastSeen: Event?

    init(_ domain: Domain, _ ruleOnly: RuleOnly) {
        self.domain = domain
        self.ruleOnly = ruleOnly
        // The replay is asked for its state only, so it need not keep the events that make it.
        empty = Tracker(conversation: "", slots: domain.slotDefinitions, maxEventHistory: 1)
        past = Past(replay: empty)
        present = past.moment(domain, ruleOnly, hides: false)
    }

    init(_ tracker: Tracker, _ domain: Domain, _ ruleOnly: RuleOnly) {
        self.init(domain, ruleOnly)
        follow(tracker)
    }

    var applied: [Event] { past.applied }

    /// Takes in what the tracker has had since; everything, if it is not the conversation that was followed so far.
    mutating func follow(_ tracker: Tracker) {
        let events = tracker.events
        if seen > events.count || seen > 0 && events[seen - 1] != lastSeen { restart() }
        guard seen < events.count else { return }
        while seen < events.count {
            let event = events[seen]
            seen += 1
            guard take(event) else {
                rebuild(tracker)
                break
            }
        }
        lastSeen = events.last
        present = past.moment(domain, ruleOnly, hides: false)
    }

    private mutating func restart() { self = StateHistory(domain, ruleOnly) }

    /// Starts over, knowing all loops from the start, with the events that the tracker holds to be applied.
    private mutating func rebuild(_ tracker: Tracker) {
        restart()
        for event in tracker.events {
            if case .activeLoop(let name?) = event.body, !name.isEmpty { loops.insert(name) }
        }
        for event in tracker.appliedEvents() { apply(event) }
        seen = tracker.events.count
    }

    /// - Returns: false where the event changes what is past, so that all has to be looked at again.
    private mutating func take(_ event: Event) -> Bool {
        switch event.body {
        case .restart, .sessionStarted: past = Past(replay: empty)
        case .actionReverted: return goBack { $0.action != nil }
        case .userUtteranceReverted: return goBack { $0.user != nil }
        case .activeLoop(let name?) where !name.isEmpty && loops.insert(name).inserted:
            // Earlier runs of an action by this name are now runs of a loop.
            guard !actions.contains(name) else { return false }
            apply(event)
        case .action(let action):
            guard let name = action.name, loops.contains(name), Tracker.repeats(name, after: past.applied) else {
                apply(event)
                return true
            }
            guard let mark = past.afterLoops[name] else { return false }
            goBack(to: mark)
        default: apply(event)
        }
        return true
    }

    private mutating func apply(_ event: Event) {
        if let action = event.action {
            if past.beforeActions.count == Self.maxMarks { past.beforeActions.removeFirst(Self.maxMarks / 2) }
            past.beforeActions.append(past.mark)
            past.record(domain, ruleOnly, hides: action.hideRuleTurn)
            if let name = action.name { actions.insert(name) }
        }
        past.replay.update(event)
        past.applied.append(event)
        guard let name = event.action?.name, loops.contains(name) else { return }
        past.afterLoops[name] = past.mark
    }

    /// How many of the last actions can be taken back without looking at all again.
    private static let maxMarks = 32

    /// Takes back the last of some events, and what came before it up to and with an action.
    ///
    /// - Returns: false where that is too far back.
    private mutating func goBack(beyond matches: (Event) -> Bool) -> Bool {
        // Whoever goes back forgets what follows: with a great many loops that costs more than to look at all again.
        guard past.afterLoops.count <= Self.maxMarks, let last = past.applied.lastIndex(where: matches),
            let mark = past.beforeActions.last(where: { $0.events <= last })
        else { return false }
        past.goBack(to: mark)
        return true
    }

    /// Forgets actions and messages since a run of a loop; slots and others stay.
    private mutating func goBack(to mark: Mark) {
        let since = past.applied[mark.events...].filter { event in
            switch event.body {
            case .action, .user, .userFeaturization: false
            default: true
            }
        }
        past.goBack(to: mark)
        for event in since { apply(event) }
    }
}

extension StateHistory {
    /// The last states, that of now among them: what rules are matched against.
    func all(last count: Int) -> [DialogueState] {
        count > 0 ? Array(past.all.suffix(count - 1)) + [present.state] : []
    }

    /// The last states without turns that rules have hidden and without the states after `action_unlikely_intent`,
    /// which no story has: what the other policies see. nil asks for every state.
    func learned(last count: Int?) -> [DialogueState] {
        let wanted = count ?? .max
        var known: [DialogueState] = []
        func take(_ state: DialogueState) {
            if known.count < wanted, state.previousAction?.name != DefaultAction.unlikelyIntent { known.append(state) }
        }
        if let state = present.learned { take(state) }
        for state in past.learned.reversed() {
            guard known.count < wanted else { break }
            take(state)
        }
        return known.reversed()
    }
}

extension StateHistory.Past {
    fileprivate var mark: StateHistory.Mark {
        StateHistory.Mark(
            states: all.count, learnedStates: learned.count, events: applied.count, replay: replay,
            lastLearnedAction: lastLearnedAction, isHidden: isHidden)
    }

    fileprivate mutating func goBack(to mark: StateHistory.Mark) {
        all.removeLast(all.count - mark.states)
        learned.removeLast(learned.count - mark.learnedStates)
        applied.removeLast(applied.count - mark.events)
        replay = mark.replay
        lastLearnedAction = mark.lastLearnedAction
        isHidden = mark.isHidden
        afterLoops = afterLoops.filter { $0.value.events <= mark.events }
        beforeActions.removeAll { $0.events >= mark.events }
    }

    fileprivate mutating func record(_ domain: Domain, _ ruleOnly: StateHistory.RuleOnly, hides: Bool) {
        let moment = moment(domain, ruleOnly, hides: hides)
        all.append(moment.state)
        if let state = moment.learned { learned.append(state) }
        lastLearnedAction = moment.lastLearnedAction
        isHidden = moment.isHidden
        lastSlots = moment.slots
    }

    fileprivate func moment(
        _ domain: Domain, _ ruleOnly: StateHistory.RuleOnly, hides: Bool
    ) -> StateHistory.MonotonicInstant {
        let state = DialogueState(replay, domain)
        let action = isHidden ? lastLearnedAction : replay.latestAction
        var isHidden = isHidden
        if replay.followupAction == nil, replay.latestAction?.nameOrText.exact != replay.activeLoop?.name.exact {
            isHidden = hides
        }
        let slots = self.slots(of: state, ruleOnly)
        return StateHistory.MonotonicInstant(
            state: state, learned: isHidden ? nil : asLearned(state, slots.learned, after: action, ruleOnly),
            lastLearnedAction: action, isHidden: isHidden, slots: slots)
    }

    private func slots(
        of state: DialogueState, _ ruleOnly: StateHistory.RuleOnly
    ) -> (all: SlotFeatures, learned: SlotFeatures) {
        if let lastSlots, lastSlots.all.isIdentical(to: state.slots) { return lastSlots }
        return (state.slots, state.slots.removing(where: ruleOnly.slots.contains))
    }

    /// The state as it would be had the hidden turns not happened.
    private func asLearned(
        _ state: DialogueState, _ slots: SlotFeatures, after action: ActionRef?, _ ruleOnly: StateHistory.RuleOnly
    ) -> DialogueState {
        var state = state
        state.slots = slots
        if let loop = state.activeLoop, ruleOnly.loops.contains(loop) { state.activeLoop = nil }
        if let before = learned.last, !state.followsListen { state.user = before.user }
        if let action { state.previousAction = action }
        return state
    }
}
