internal import Dialogue

/// The states of a conversation, one before each action and the one of now (Rasa's
/// `DialogueStateTracker.past_states`), kept up to date event by event: a turn costs what happened in it, however long
/// the conversation is.
struct StateHistory: Sendable {
    /// What only rules use, and policies that learn from stories must not see.
    struct RuleOnly: Sendable {
        var slots: Set<String> = []
        var loops: Set<String> = []
    }

    /// Everything that follows from the applied events so far.
    fileprivate struct Past: Sendable {
        var all: [DialogueState] = []
        var learned: [DialogueState] = []
        var applied: [Event] = []
        var replay: Tracker
        var lastLearnedAction: ActionRef?
        var isHidden = false
        /// What was right after the last run of each loop, to go back to when the loop only repeats itself.
        var afterLoops: [String: Mark] = [:]
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

    private let domain: Domain
    private let ruleOnly: RuleOnly
    private let empty: Tracker
    private var past: Past
    private var loops: Set<String> = []
    private(set) var seen = 0
    /// Actions that have run, those that were taken back among them.
    private var actions: Set<String> = []
    private var lastSeen: Event?

    /// Before the first event.
    init(_ domain: Domain, _ ruleOnly: RuleOnly) {
        self.domain = domain
        self.ruleOnly = ruleOnly
        // The replay is asked for its state only, so it need not keep the events that make it.
        empty = Tracker(conversation: "", slots: domain.slots, maxEventHistory: 1)
        past = Past(replay: empty)
    }

    /// The history of a whole conversation.
    init(_ tracker: Tracker, _ domain: Domain, _ ruleOnly: RuleOnly) {
        self.init(domain, ruleOnly)
        follow(tracker)
    }

    /// The applied events.
    var applied: [Event] { past.applied }

    /// Takes in what the tracker has had since; everything, if it is not the conversation that was followed so far.
    mutating func follow(_ tracker: Tracker) {
        if seen > tracker.events.count || seen > 0 && tracker.events[seen - 1] != lastSeen { restart() }
        while seen < tracker.events.count {
            let event = tracker.events[seen]
            seen += 1
            guard take(event) else {
                rebuild(tracker)
                break
            }
        }
        lastSeen = tracker.events.last
    }

    private mutating func restart() {
        self = StateHistory(domain, ruleOnly)
    }

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
            if past.beforeActions.count == Self.mostMarks { past.beforeActions.removeFirst(Self.mostMarks / 2) }
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
    private static let mostMarks = 32

    /// Takes back the last of some events, and what came before it up to and with an action.
    ///
    /// - Returns: false where that is too far back.
    private mutating func goBack(beyond matches: (Event) -> Bool) -> Bool {
        // Whoever goes back forgets what follows: with a great many loops that costs more than to look at all again.
        guard past.afterLoops.count <= Self.mostMarks, let last = past.applied.lastIndex(where: matches),
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
        var now = past
        now.trim(to: count)
        now.record(domain, ruleOnly, hides: false)
        return now.all.suffix(count)
    }

    /// The last states without turns that rules have hidden and without the states after `action_unlikely_intent`, which
    /// no story has: what the other policies see. nil asks for every state.
    func learned(last count: Int?) -> [DialogueState] {
        var now = past
        now.trim(to: count ?? .max)
        now.record(domain, ruleOnly, hides: false)
        let known = now.learned.withoutUnlikelyIntent
        return count.map { known.suffix($0) } ?? known
    }
}

extension StateHistory.Past {
    /// Where it stands.
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

    /// Keeps as many states as can matter, so that little is copied.
    fileprivate mutating func trim(to count: Int) {
        all = Array(all.suffix(max(count, 1)))
        var start = learned.endIndex
        var found = 0
        while start > 0, found <= count {
            start -= 1
            if learned[start].previousAction?.name != DefaultAction.unlikelyIntent { found += 1 }
        }
        learned = Array(learned[start...])
        applied = []
        afterLoops = [:]
        beforeActions = []
    }

    fileprivate mutating func record(_ domain: Domain, _ ruleOnly: StateHistory.RuleOnly, hides: Bool) {
        let state = DialogueState(replay, domain)
        all.append(state)
        if !isHidden { lastLearnedAction = replay.latestAction }
        if replay.followupAction == nil, replay.latestAction?.nameOrText != replay.activeLoop?.name {
            isHidden = hides
        }
        guard !isHidden else { return }
        learned.append(asLearned(state, ruleOnly))
    }

    /// The state as it would be had the hidden turns not happened.
    private func asLearned(_ state: DialogueState, _ ruleOnly: StateHistory.RuleOnly) -> DialogueState {
        var state = state
        for slot in ruleOnly.slots { state.slots[slot] = nil }
        if let loop = state.activeLoop, ruleOnly.loops.contains(loop) { state.activeLoop = nil }
        if let before = learned.last, !state.followsListen { state.user = before.user }
        if let lastLearnedAction { state.previousAction = lastLearnedAction }
        return state
    }
}
