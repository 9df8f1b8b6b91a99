import ExactText

/// What the store says: responses, failures and messages.
extension LeaseMachine {
    mutating func completed(_ command: LeaseCommand, _ reply: LeaseReply, at now: Int) -> [LeaseAction] {
        let conversation = command.conversation
        defer { forgetIfEmpty(conversation) }
        switch (command.step, reply) {
        case (.take(let request), .queued(let number, let ahead, let fence)):
            let name = TicketName(request: request, number: number, fence: fence)
            guard let index = learn(name, in: conversation) else { return [] }
            queues[conversation]?.tickets[index].renewedAt = command.sentAt
            return ahead == 0
                ? grant(request, in: conversation, at: now, isFirstResponse: true) : checkAgain(conversation, at: now)
        case (.take(let request), .full(let waiting)):
            if settings.fullTime > 0 { full[conversation] = (waiting, now + settings.fullTime) }
            return drop(request, in: conversation, Self.tooMany(waiting))
        case (.take(let request), .declaredDead):
            let error = LeaseError(
                .storeUnreachable, "the lock store was told that this worker is dead; it must be restarted")
            return drop(request, in: conversation, error)
        case (.check(let names, _, let renews), .places(let places)) where names.count == places.count:
            queues[conversation]?.isChecking = false
            let actions = zip(names, places).flatMap { name, place in
                placed(name, place, in: conversation, renewedAt: renews ? command.sentAt : nil, at: now)
            }
            return actions + checkAgain(conversation, at: now)
        case (.release(let name), .released(let next)):
            returns[name.request] = nil
            return next.map { isFirst($0, in: conversation, at: now) } ?? []
        default:
            return failed(
                command, .refused("the lock store responded with something other than was asked for"), at: now)
        }
    }

    mutating func failed(_ command: LeaseCommand, _ failure: LeaseFailure, at now: Int) -> [LeaseAction] {
        let conversation = command.conversation
        defer { forgetIfEmpty(conversation) }
        switch command.step {
        case .take(let request):
            guard let index = index(of: request, in: conversation), let queue = queues[conversation] else { return [] }
            // It was first already when its response was lost.
            if queue.tickets[index].name.fence != nil { return [] }
            if case .interrupted = failure, queue.tickets[index].attempts < Self.takeAttempts {
                queues[conversation]?.tickets[index].attempts += 1
                return [.send(LeaseCommand(conversation: conversation, step: command.step, sentAt: now))]
            }
            let wasMaybeTaken = queue.tickets[index].attempts > 1 || failure.isInterruption
            let dropped = drop(request, in: conversation, failure.error)
            guard wasMaybeTaken else { return dropped }
            return dropped + [giveBack(TicketName(request: request), of: conversation, at: now)]
        case .check(_, _, let renews):
            queues[conversation]?.isChecking = false
            // Asked again at once: where the store is away that fails, and nobody waits any longer.
            if failure.isInterruption { return check(conversation, renews: renews, at: now) }
            return abandonQueue(conversation, failure.error, at: now)
        case .release(let name):
            returns[name.request]?.isSent = false
            return []
        }
    }

    /// The store says that a ticket is the first now.
    mutating func isFirst(_ name: TicketName, in conversation: String, at now: Int) -> [LeaseAction] {
        defer { forgetIfEmpty(conversation) }
        if index(of: name.request, in: conversation) != nil {
            guard learn(name, in: conversation) != nil else { return [] }
            return grant(name.request, in: conversation, at: now)
        }
        let isRunning = queues[conversation]?.held.contains { $0.ticket.name.request == name.request } ?? false
        if isRunning || returns[name.request]?.isSent == true { return [] }
        return [giveBack(name, of: conversation, at: now)]
    }

    /// Takes over the number and fence of a ticket unless newer ones are known: a take that was sent twice may have
    /// led to two tickets, and news of the older one come late.
    private mutating func learn(_ name: TicketName, in conversation: String) -> Int? {
        guard let index = index(of: name.request, in: conversation),
            let known = queues[conversation]?.tickets[index].name.fence ?? name.fence, let fence = name.fence,
            fence >= known
        else { return nil }
        queues[conversation]?.tickets[index].name = name
        return index
    }

    private func index(of request: Int, in conversation: String) -> Int? {
        queues[conversation]?.tickets.firstIndex { $0.name.request == request }
    }

    /// Gives a ticket that is first to the message that has waited longest.
    private mutating func grant(
        _ request: Int, in conversation: String, at now: Int, isFirstResponse: Bool = false
    ) -> [LeaseAction] {
        guard let queue = queues[conversation], let index = index(of: request, in: conversation) else { return [] }
        let ticket = queue.tickets[index]
        // The store lost the ticket of a turn that still runs here. It goes first; its release brings this one again.
        if queue.held.contains(where: { !$0.isLost && now < $0.ticket.deadline(settings) }) { return [] }
        guard let number = ticket.name.number, let fence = ticket.name.fence, let waiter = queue.waiters.first else {
            return []
        }
        guard now < ticket.deadline(settings) else {
            // The news came so late that the ticket may have run out since.
            return queue.isChecking ? [] : check(conversation, renews: true, at: now)
        }
        queues[conversation]?.tickets.remove(at: index)
        queues[conversation]?.waiters.removeFirst()
        for index in queue.held.indices { queues[conversation]?.held[index].isLost = true }
        queues[conversation]?.held.append(Held(ticket: ticket))
        let isImmediate = isFirstResponse && ticket.attempts == 1 && ticket.origin == waiter
        let lease = Lease(conversation: conversation, ticket: number, fence: fence, isImmediate: isImmediate)
        return [.grant(waiter: waiter, lease)]
    }

    /// The response to a check for one ticket.
    private mutating func placed(
        _ name: TicketName, _ place: TicketPosition, in conversation: String, renewedAt: Int?, at now: Int
    ) -> [LeaseAction] {
        if let index = queues[conversation]?.held.firstIndex(where: { $0.ticket.name.request == name.request }) {
            placedRunning(index, place, in: conversation, renewedAt: renewedAt, at: now)
            return []
        }
        guard let index = index(of: name.request, in: conversation), queues[conversation]?.tickets[index].name == name
        else { return [] }
        guard case .queued(let ahead) = place else {
            queues[conversation]?.tickets.remove(at: index)
            return [take(conversation, at: now)]
        }
        if let renewedAt { queues[conversation]?.tickets[index].renewedAt = renewedAt }
        return ahead == 0 ? grant(name.request, in: conversation, at: now) : []
    }

    private mutating func placedRunning(
        _ index: Int, _ place: TicketPosition, in conversation: String, renewedAt: Int?, at now: Int
    ) {
        guard let ticket = queues[conversation]?.held[index].ticket else { return }
        // Put back after it may have run out, it says nothing about who came in between.
        let wasOvertaken = place == .gone || place == .restored && now >= ticket.deadline(settings)
        if wasOvertaken {
            queues[conversation]?.held[index].isLost = true
        } else if let renewedAt {
            queues[conversation]?.held[index].ticket.renewedAt = renewedAt
        }
    }

    /// A ticket cannot be had; the message at its place fails.
    private mutating func drop(_ request: Int, in conversation: String, _ error: LeaseError) -> [LeaseAction] {
        guard let index = index(of: request, in: conversation) else { return [] }
        queues[conversation]?.tickets.remove(at: index)
        guard let waiter = queues[conversation]?.waiters.remove(at: index) else { return [] }
        return [.fail(waiter: waiter, error)]
    }

    /// The store does not respond: who has a ticket waits no longer.
    private mutating func abandonQueue(
        _ conversation: String, _ error: LeaseError, at now: Int
    ) -> [LeaseAction] {
        let names = queues[conversation]?.tickets.map(\.name).filter { $0.fence != nil } ?? []
        return names.flatMap { name in
            drop(name.request, in: conversation, error) + [giveBack(name, of: conversation, at: now)]
        }
    }
}

extension LeaseFailure {
    var isInterruption: Bool { if case .interrupted = self { true } else { false } }

    var error: LeaseError {
        switch self {
        case .interrupted(let message), .refused(let message): LeaseError(.storeUnreachable, message)
        }
    }
}
