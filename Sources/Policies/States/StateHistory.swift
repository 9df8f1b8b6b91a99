internal import Dialogue

/// The states of a conversation, one before each action and the one of now, replayed from its applied events
/// (Rasa's `DialogueStateTracker.past_states`).
struct StateHistory: Sendable {
    /// What only rules use, and policies that learn from stories must not see.
    struct RuleOnly: Sendable {
        var slots: Set<String> = []
        var loops: Set<String> = []
    }

    /// Every state: what rules are matched against.
    private(set) var all: [DialogueState] = []
    /// The states without turns that rules have hidden: what the other policies see.
    private(set) var learned: [DialogueState] = []

    private var lastLearnedAction: ActionRef?
    private var isHidden = false

    /// The states of a conversation.
    init(_ tracker: Tracker, _ domain: Domain, _ ruleOnly: RuleOnly) {
        var replay = tracker.emptied()
        for event in tracker.appliedEvents() {
            if let action = event.action { record(replay, domain, ruleOnly, hides: action.hideRuleTurn) }
            replay.update(event)
        }
        record(replay, domain, ruleOnly, hides: false)
    }

    private mutating func record(_ replay: Tracker, _ domain: Domain, _ ruleOnly: RuleOnly, hides: Bool) {
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
    private func asLearned(_ state: DialogueState, _ ruleOnly: RuleOnly) -> DialogueState {
        var state = state
        for slot in ruleOnly.slots { state.slots[slot] = nil }
        if let loop = state.activeLoop, ruleOnly.loops.contains(loop) { state.activeLoop = nil }
        if let before = learned.last, !state.followsListen { state.user = before.user }
        if let lastLearnedAction { state.previousAction = lastLearnedAction }
        return state
    }
}

extension [DialogueState] {
    /// Without the states after `action_unlikely_intent`, which no story has.
    var withoutUnlikelyIntent: [DialogueState] {
        filter { $0.previousAction?.name != DefaultAction.unlikelyIntent }
    }

    /// The states as a policy is asked about them: the new message by its text or by its intent, older ones by intent.
    func choosingInput(byText: Bool) -> [DialogueState] {
        var states = self
        if let last = states.indices.last, states[last].followsListen, states[last].user != nil {
            if byText {
                states[last].user?.intent = nil
                states[last].user?.entities = nil
            } else {
                states[last].user?.text = nil
            }
        }
        for index in states.indices where states[index].user?.intent != nil { states[index].user?.text = nil }
        return states
    }
}
