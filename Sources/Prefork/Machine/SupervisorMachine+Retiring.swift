import System

/// The end of one worker, for which there is no place any more.
extension SupervisorMachine {
    mutating func retire(_ index: Int, at now: MonotonicInstant) -> [SupervisorAction] {
        let slot = slots[index]
        let actions = dropRelief(of: index, at: now)
        switch slot.state {
        case .waiting, .empty:
            slots[index] = Slot()
            return actions
        case .starting:
            // Nothing was in use, so nothing has to be finished.
            slots[index].role = .leaving
            slots[index].state = .aborting(killAt: now + limits.abortPatience)
            return actions + [.signal(slot.worker, pid: slot.pid, .kill)]
        case .serving:
            slots[index].role = .leaving
            let patience = limits.retireTimeout + limits.retireGracePeriod
            slots[index].state = .retiring(killAt: now + patience + Self.margin)
            let word = SupervisorMessage.retire(
                idleFor: limits.retireTimeout, finishWithin: limits.retireGracePeriod)
            return actions + [.tell(slot.worker, word)] + swapNotAwaited(from: slot.worker, at: now)
        case .retiring, .aborting:
            slots[index].role = .leaving
            return actions
        }
    }
}
