import TestSupport

@testable import Leases

/// What can happen in one step.
extension Simulation {
    mutating func step() async throws {
        steps += 1
        switch Int.random(in: 0..<100, using: &random) {
        case ..<14: try await arrive()
        case ..<38: if let index = pick({ !$0.pipe.isEmpty }) { try await executeCommand(index) }
        case ..<62: if let index = pick({ !$0.responses.isEmpty }) { try await deliverResponse(index) }
        case ..<72: if let index = pick({ !$0.news.isEmpty }) { try await deliverNews(index) }
        case ..<84:
            if let index = pick({ !$0.turns.isEmpty }) {
                try await finishTurn(index, Int.random(in: workers[index].turns.indices, using: &random))
            }
        case ..<93: try await passTime()
        case ..<94: cancel()
        case ..<97: if faults.isRough { try await breakSomething() }
        case ..<98:
            if faults.loseQueues, random.happens(0.3), let conversation = conversations.randomElement(using: &random) {
                note("the queue of \(conversation) vanishes")
                try await server.write(conversation, [])
                try await disturb(conversation)
            }
        default: if faults.hasForeigners { try await foreignStep() }
        }
    }

    /// A worker that is awake and fits.
    private mutating func pick(_ fits: (SimulatedWorker) -> Bool) -> Int? {
        workers.indices.filter { fits(workers[$0]) && workers[$0].stalledUntil <= time }.randomElement(using: &random)
    }

    private mutating func arrive() async throws {
        guard open.count < 12, let index = pick({ _ in true }),
            let conversation = conversations.randomElement(using: &random)
        else { return }
        lastMessage += 1
        open.insert(lastMessage)
        let (waiter, actions) = workers[index].machine.acquire(conversation, at: workers[index].clock(time))
        workers[index].waiting[waiter] = lastMessage
        note("message \(lastMessage) of \(conversation) at \(workers[index].owner)")
        if case .send(let command)? = actions.first, case .take(let request) = command.step {
            messageOfRequest["\(workers[index].owner) \(request)"] = lastMessage
        }
        try perform(actions, index)
    }

    private mutating func cancel() {
        guard let index = pick({ !$0.waiting.isEmpty }),
            let waiter = workers[index].waiting.keys.sorted().randomElement(using: &random)
        else { return }
        for conversation in conversations {
            let actions = workers[index].machine.cancel(waiter, of: conversation, at: workers[index].clock(time))
            guard !actions.isEmpty, let message = workers[index].waiting.removeValue(forKey: waiter) else { continue }
            note("message \(message) is cancelled")
            open.remove(message)
            for case .send(let command) in actions { workers[index].pipe.append(command) }
        }
    }

    private mutating func passTime() async throws {
        let fallback = Int.random(in: 1...200_000, using: &random)
        time +=
            faults.isRough && random.happens(0.05)
            ? Int.random(in: 0...Self.settings.lifetime / 3, using: &random) : fallback
        // As long as somebody is awake, a pause longer than the poll interval does not happen to it alone.
        for index in workers.indices where workers[index].stalledUntil <= time { try await tick(index) }
    }

    mutating func tick(_ index: Int) async throws {
        let actions = workers[index].machine.tick(at: workers[index].clock(time))
        try perform(actions, index)
    }

    /// The server sees the next command of a worker.
    mutating func executeCommand(_ index: Int) async throws {
        let command = workers[index].pipe.removeFirst()
        let reply = try await server.execute(command, owner: workers[index].owner, time: time)
        note("\(workers[index].owner): \(command.step) of \(command.conversation) → \(reply)")
        if case .take(let request) = command.step, case .queued(_, _, let fence) = reply,
            let message = messageOfRequest["\(workers[index].owner) \(request)"]
        {
            fenceOfMessage[message] = fence
        }
        workers[index].responses.append((command, .reply(reply)))
        try await distributeNews()
    }

    mutating func executeGhost(_ index: Int) async throws {
        let (owner, command) = ghosts.remove(at: index)
        let reply = try await server.execute(command, owner: owner, time: time)
        note("late, of \(owner): \(command.step) of \(command.conversation) → \(reply)")
        try await distributeNews()
    }

    mutating func distributeNews() async throws {
        for news in try await server.news() {
            for index in workers.indices {
                if case .first(let owner, _, _) = news, owner != workers[index].owner { continue }
                if faults.isRough, random.happens(0.1) {
                    note("\(news) does not reach \(workers[index].owner)")
                } else {
                    workers[index].news.append(news)
                }
            }
        }
    }

    mutating func deliverResponse(_ index: Int) async throws {
        let (command, response) = workers[index].responses.removeFirst()
        let now = workers[index].clock(time)
        let actions =
            switch response {
            case .reply(let reply): workers[index].machine.completed(command, reply, at: now)
            case .failure(let failure): workers[index].machine.failed(command, failure, at: now)
            }
        try perform(actions, index)
    }

    mutating func deliverNews(_ index: Int) async throws {
        let now = workers[index].clock(time)
        let news = workers[index].news.removeFirst()
        note("\(workers[index].owner) hears \(news)")
        let actions =
            switch news {
            case .first(_, let name, let conversation): workers[index].machine.isFirst(name, in: conversation, at: now)
            case .changed(let conversation): workers[index].machine.queueChanged(conversation, at: now)
            }
        try perform(actions, index)
    }

    mutating func finishTurn(_ index: Int, _ turnIndex: Int) async throws {
        let turn = workers[index].turns.remove(at: turnIndex)
        let conversation = turn.lease.conversation
        let isHeld = workers[index].isHeld(turn.lease, time: time)
        let before = stored[conversation] ?? (0, 0)
        // After a conflict the turn is run again on what is stored now; the fence decides whether it may be.
        if isHeld, before.fence <= turn.lease.fence {
            stored[conversation] = (before.version + 1, turn.lease.fence)
            saves += 1
        }
        let isConflict = before.version != turn.version || before.fence > turn.lease.fence
        if isHeld, isConflict, disturbedUpTo[conversation] == nil {
            throw Violation(description: "a turn that holds '\(conversation)' was overtaken: \(turn), \(before)")
        }
        if isHeld, before.fence > turn.lease.fence, turn.lease.fence > disturbedUpTo[conversation, default: 0] {
            throw Violation(description: "a turn that holds '\(conversation)' is refused: \(turn), \(before)")
        }
        open.remove(turn.message)
        note("\(workers[index].owner) ends the turn of message \(turn.message), held: \(isHeld)")
        try perform(workers[index].machine.release(turn.lease, at: workers[index].clock(time)), index)
    }

    mutating func perform(_ actions: [LeaseAction], _ index: Int) throws {
        for action in actions {
            switch action {
            case .send(let command): workers[index].pipe.append(command)
            case .grant(let waiter, let lease): try grant(waiter, lease, index)
            case .fail(let waiter, let error):
                guard let message = workers[index].waiting.removeValue(forKey: waiter) else {
                    throw Violation(description: "waiter \(waiter) failed twice")
                }
                note("message \(message) fails: \(error)")
                open.remove(message)
            }
        }
    }

    private mutating func grant(_ waiter: Int, _ lease: Lease, _ index: Int) throws {
        let conversation = lease.conversation
        guard let message = workers[index].waiting.removeValue(forKey: waiter) else {
            throw Violation(description: "waiter \(waiter) of \(workers[index].owner) is granted twice")
        }
        note("\(workers[index].owner) begins the turn of message \(message) with fence \(lease.fence)")
        grants += 1
        let isOldTicket = lease.fence <= disturbedUpTo[conversation, default: 0]
        guard isOldTicket || lease.fence > lastFence[conversation, default: 0] else {
            throw Violation(
                description: "fence \(lease.fence) of '\(conversation)' after \(lastFence[conversation, default: 0])")
        }
        guard waiter > workers[index].lastGrant[conversation, default: 0] else {
            throw Violation(description: "waiter \(waiter) of \(workers[index].owner) after a later one")
        }
        if !faults.isRough, !faults.loseQueues, !faults.hasForeigners, fenceOfMessage[message] != lease.fence {
            throw Violation(description: "message \(message) has the place of another")
        }
        lastFence[conversation] = max(lastFence[conversation, default: 0], lease.fence)
        workers[index].lastGrant[conversation] = waiter
        workers[index].turns.append(
            .init(message: message, lease: lease, version: stored[conversation]?.version ?? 0))
    }
}
