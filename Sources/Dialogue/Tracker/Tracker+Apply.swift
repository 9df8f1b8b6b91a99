import ExactText

extension Tracker {
    /// Changes the state as the event says.
    ///
    /// - Parameter isRepeat: Whether the event is a run of a loop that repeats its last run.
    mutating func apply(_ body: Event.Body, isRepeat: Bool = false) {
        heard.note(body)
        switch body {
        case .user(let message):
            latestMessage = message
            loopRuns.note(message: message)
            orderedFollowup = nil
            checkpoints.noteMessage()
        case .bot(let message): latestBotUtterance = message
        case .action(let action):
            apply(action)
            if let name = action.name { loopRuns.noteRun(name, isRepeat: isRepeat) }
        case .slot(let slot): slots.set(slot.name, to: slot.value)
        case .activeLoop(let name):
            activeLoop = name.map { LoopState(name: $0, triggerMessage: latestMessage.parseData) }
            if let name { loopRuns.noteBegin(name) }
            checkpoints.noteLoop()
        case .loopInterrupted(let isInterrupted): activeLoop?.isInterrupted = isInterrupted ?? false
        case .actionExecutionRejected(let action):
            if action.name?.exact == activeLoop?.name.exact { activeLoop?.isRejected = true }
        case .restart:
            reset()
            orderedFollowup = DefaultAction.sessionStart
        case .sessionStarted: reset()
        case .actionReverted: revert(to: checkpoints.undoAction())
        case .userUtteranceReverted: revert(to: checkpoints.undoMessage())
        case .allSlotsReset: slots.reset()
        case .followup(let name): orderedFollowup = name
        case .pause: isPaused = true
        case .resume: isPaused = false
        case .userFeaturization(let useText):
            guard isListening else { return }
            latestMessage.useTextForFeaturization = useText
            loopRuns.note(message: latestMessage)
        case .entities(let added):
            guard isListening else { return }
            latestMessage.add(added.entities)
            loopRuns.note(message: latestMessage)
        case .storyExported, .reminder, .cancelReminder, .agent: break
        }
    }

    private mutating func revert(to earlier: Checkpoints.State?) {
        if let earlier { return goBack(to: earlier) }
        makeState(from: appliedEvents())
    }

    mutating func makeState(from applied: [Event]) {
        reset()
        heard = HeardMessages()
        for event in applied { apply(event.body) }
    }

    private mutating func apply(_ action: ActionExecuted) {
        checkpoints.add(state)
        latestAction = action.reference
        orderedFollowup = nil
        activeLoop?.isInterrupted = false
        if let name = action.name, name.exact == activeLoop?.name.exact { activeLoop?.isRejected = false }
    }

    /// What belongs to the last message must come before another action than listen.
    private var isListening: Bool { latestAction?.name == DefaultAction.listen }

    private mutating func reset() {
        checkpoints.clear()
        loopRuns.clear()
        slots.reset()
        isPaused = false
        latestAction = nil
        latestMessage = .empty
        latestBotUtterance = nil
        orderedFollowup = DefaultAction.listen
        activeLoop = nil
    }
}
