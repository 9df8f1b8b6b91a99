/// The states of a tracker before its last actions, so that taking back what was last does not replay a long
/// conversation. There are none once a loop has run, since repeated runs leave no trace: then everything is replayed.
struct Checkpoints: Sendable {
    /// What the events up to an action imply.
    struct State: Sendable {
        let slots: ConversationSlots
        let latestMessage: UserUttered
        let latestAction: ActionRef?
        let latestBotUtterance: BotUttered?
        let orderedFollowup: String?
        let isPaused: Bool
        let heard: HeardMessages
    }

    private struct Checkpoint: Sendable {
        let before: State
        /// Whether a message from the user came after the action and before the next.
        var hasMessage = false
    }

    private static let maxCount = 32
    private var checkpoints: [Checkpoint] = []
    private var hasLoops = false

    /// An action is about to be applied to this state.
    mutating func add(_ state: State) {
        guard !hasLoops else { return }
        if checkpoints.count == Self.maxCount { checkpoints.removeFirst(Self.maxCount / 2) }
        checkpoints.append(Checkpoint(before: state))
    }

    mutating func noteMessage() {
        guard !checkpoints.isEmpty else { return }
        checkpoints[checkpoints.count - 1].hasMessage = true
    }

    mutating func noteLoop() {
        hasLoops = true
        clear()
    }

    /// Nothing before this moment can be gone back to.
    mutating func clear() { checkpoints.removeAll(keepingCapacity: true) }

    /// The state before the last action; nil where it is not known.
    mutating func undoAction() -> State? { checkpoints.popLast()?.before }

    /// The state before the action that the last message followed; nil where it is not known.
    mutating func undoMessage() -> State? {
        while let checkpoint = checkpoints.popLast() {
            if checkpoint.hasMessage { return checkpoint.before }
        }
        return nil
    }
}

extension Tracker {
    /// The state as it is now.
    var state: Checkpoints.State {
        Checkpoints.State(
            slots: slots, latestMessage: latestMessage, latestAction: latestAction,
            latestBotUtterance: latestBotUtterance, orderedFollowup: orderedFollowup, isPaused: isPaused,
            heard: heard)
    }

    /// Goes back to a state in which no loop was active.
    mutating func goBack(to state: Checkpoints.State) {
        slots = state.slots
        latestMessage = state.latestMessage
        latestAction = state.latestAction
        latestBotUtterance = state.latestBotUtterance
        orderedFollowup = state.orderedFollowup
        isPaused = state.isPaused
        heard = state.heard
        activeLoop = nil
        loopRuns.note(message: latestMessage)
    }
}
