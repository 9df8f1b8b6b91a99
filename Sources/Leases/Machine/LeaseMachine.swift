import ExactText

/// The tickets of one worker in the queues of a shared lock store, and the messages that wait for them.
///
/// No clock, no socket: every event brings the time (microseconds of a clock that never stops or goes back) and returns
/// what is to be done. Rules:
/// - Every message takes its ticket when it arrives. Within a conversation the message that came first gets the ticket
///   that comes first, so their order holds even when a ticket vanished and was taken again.
/// - A lease counts from the moment the worker asked for it, so it ends here before it ends in the store.
/// - A ticket that comes first when nobody waits for it is given back, or the conversation would stand still.
/// - Nothing is lost with a lost response: takes and releases carry the worker's own request number and may be
///   repeated.
struct LeaseMachine {
    /// Times in microseconds.
    struct Settings: Sendable, Hashable {
        /// How long a ticket lives without renewal.
        var lifetime: Int
        /// How often the places of waiting tickets are asked for, in case that nobody wakes them.
        var pollInterval: Int
        /// How many tickets of one conversation this worker asks for at a time.
        var waitingLimit = Int.max
        /// How long the word of the store that a queue is full stands for it.
        var fullTime = 0

        /// The share of the lease by which it ends earlier here than in the store, for clocks of different speed.
        var margin: Int { lifetime / 50 }
    }

    /// How often a take is repeated when its response was lost.
    static let takeAttempts = 5

    /// A ticket that is not first yet; `waiters` of the same line has as many elements.
    struct Ticket: Sendable, Hashable {
        var name: TicketName
        /// When the store was last asked to let it live.
        var renewedAt: Int
        var attempts = 1
        /// The message that it was taken for when that arrived; nil for one taken in place of another that vanished.
        var origin: Int?

        func deadline(_ settings: Settings) -> Int { renewedAt + settings.lifetime - settings.margin }
    }

    struct Held: Sendable, Hashable {
        var ticket: Ticket
        /// The ticket is gone or another came first; the turn runs but must not be saved.
        var isLost = false
    }

    struct TicketQueue: Sendable, Hashable {
        var waiters: [Int] = []
        var tickets: [Ticket] = []
        var held: [Held] = []
        var isChecking = false
        /// Something changed while no response could tell: the next response is followed by another check.
        var mustCheckAgain = false
        var checkedAt: Int

        var isEmpty: Bool { tickets.isEmpty && held.isEmpty }
    }

    /// A ticket that was given back; repeated until the store has confirmed or the ticket must have run out.
    struct Return: Sendable, Hashable {
        let conversation: String
        let name: TicketName
        let until: Int
        var isSent: Bool
    }

    let settings: Settings
    var queues: [ExactString: TicketQueue] = [:]
    var returns: [Int: Return] = [:]
    /// Queues that were full when the store was last asked: how many waited, and until when that is believed.
    var full: [ExactString: (waiting: Int, until: Int)] = [:]
    private var lastWaiter = 0
    private var lastRequest = 0

    init(_ settings: Settings) { self.settings = settings }

    /// Whether there is nothing to renew, to wait for or to give back.
    var isIdle: Bool { queues.isEmpty && returns.isEmpty && full.isEmpty }

    /// A message arrived; the waiter's number comes back with the grant or failure.
    mutating func acquire(_ conversation: String, at now: Int) -> (waiter: Int, actions: [LeaseAction]) {
        lastWaiter += 1
        if let waiting = fullQueue(conversation, at: now) {
            return (lastWaiter, [.fail(waiter: lastWaiter, Self.tooMany(waiting))])
        }
        queues[conversation, default: TicketQueue(checkedAt: now)].waiters.append(lastWaiter)
        return (lastWaiter, [take(conversation, for: lastWaiter, at: now)])
    }

    /// How many wait in a queue that is full, as far as this worker knows without asking; nil where it may not be.
    private mutating func fullQueue(_ conversation: String, at now: Int) -> Int? {
        if let queue = queues[conversation], queue.tickets.count + queue.held.count >= settings.waitingLimit {
            return queue.tickets.count + queue.held.count
        }
        guard let known = full[conversation] else { return nil }
        if now < known.until { return known.waiting }
        full = full.filter { now < $0.value.until }
        return nil
    }

    static func tooMany(_ waiting: Int) -> LeaseError {
        LeaseError(
            .tooManyWaiting, "\(waiting) messages of this conversation are waiting already, as many as allowed")
    }

    /// The message of a waiter needs no response any more. Nothing happens if it was granted or failed already.
    mutating func cancel(_ waiter: Int, of conversation: String, at now: Int) -> [LeaseAction] {
        guard let index = queues[conversation]?.waiters.firstIndex(of: waiter) else { return [] }
        queues[conversation]?.waiters.remove(at: index)
        guard let ticket = queues[conversation]?.tickets.remove(at: index) else { return [] }
        defer { forgetIfEmpty(conversation) }
        return [giveBack(ticket.name, of: conversation, at: now)]
    }

    /// Whether the turn of this lease may still be saved.
    func isHeld(_ lease: Lease, at now: Int) -> Bool {
        guard let held = queues[lease.conversation]?.held.first(where: { $0.ticket.name.fence == lease.fence }) else {
            return false
        }
        return !held.isLost && now < held.ticket.deadline(settings)
    }

    mutating func release(_ lease: Lease, at now: Int) -> [LeaseAction] {
        guard let index = queues[lease.conversation]?.held.firstIndex(where: { $0.ticket.name.fence == lease.fence }),
            let held = queues[lease.conversation]?.held.remove(at: index)
        else { return [] }
        defer { forgetIfEmpty(lease.conversation) }
        full[lease.conversation] = nil
        return [giveBack(held.ticket.name, of: lease.conversation, at: now)]
    }

    /// Time went on; to be called a few times per poll interval while the machine is not idle.
    mutating func tick(at now: Int) -> [LeaseAction] {
        if !full.isEmpty { full = full.filter { now < $0.value.until } }
        var actions: [LeaseAction] = []
        for conversation in queues.keys.sorted().map(\.string) {
            guard let queue = queues[conversation], !queue.isChecking else { continue }
            let isWaiting = queue.tickets.contains { $0.name.fence != nil }
            if mustRenew(queue, at: now) {
                actions += check(conversation, renews: true, at: now)
            } else if isWaiting, now >= queue.checkedAt + settings.pollInterval {
                actions += check(conversation, renews: false, at: now)
            }
        }
        for (request, back) in returns.sorted(by: { $0.key < $1.key }) where !back.isSent {
            if now < back.until {
                actions.append(giveBack(back.name, of: back.conversation, at: now, until: back.until))
            } else {
                returns[request] = nil
            }
        }
        return actions
    }

    /// Messages may have been missed: every waiting ticket asks for its place.
    mutating func listeningStarted(at now: Int) -> [LeaseAction] {
        queues.keys.sorted().flatMap { queueChanged($0.string, at: now) }
    }

    /// The queue of a conversation moved on, but it is not known for whom.
    mutating func queueChanged(_ conversation: String, at now: Int) -> [LeaseAction] {
        guard let queue = queues[conversation], !queue.tickets.isEmpty else { return [] }
        if queue.isChecking || queue.tickets.contains(where: { $0.name.fence == nil }) {
            queues[conversation]?.mustCheckAgain = true
        }
        return queue.isChecking ? [] : check(conversation, renews: false, at: now)
    }

    /// Checks once more where the last response may be older than the news that came before it.
    mutating func checkAgain(_ conversation: String, at now: Int) -> [LeaseAction] {
        guard let queue = queues[conversation], queue.mustCheckAgain, !queue.isChecking else { return [] }
        queues[conversation]?.mustCheckAgain = queue.tickets.contains { $0.name.fence == nil }
        return check(conversation, renews: false, at: now)
    }

    /// Everything is given back and every waiter fails.
    mutating func close(at now: Int) -> [LeaseAction] {
        var actions: [LeaseAction] = []
        for conversation in queues.keys.sorted().map(\.string) {
            guard let queue = queues.removeValue(forKey: conversation) else { continue }
            let error = LeaseError(.storeUnreachable, "the lock store is being closed")
            actions += queue.waiters.map { .fail(waiter: $0, error) }
            for name in queue.held.map(\.ticket.name) + queue.tickets.map(\.name) {
                actions.append(giveBack(name, of: conversation, at: now))
            }
        }
        return actions
    }

    private func mustRenew(_ queue: TicketQueue, at now: Int) -> Bool {
        let due = now - settings.lifetime / 3
        return queue.held.contains { !$0.isLost && $0.ticket.renewedAt <= due }
            || queue.tickets.contains { $0.name.fence != nil && $0.renewedAt <= due }
    }
}

/// The commands that several events lead to.
extension LeaseMachine {
    mutating func take(_ conversation: String, for origin: Int? = nil, at now: Int) -> LeaseAction {
        lastRequest += 1
        let name = TicketName(request: lastRequest)
        queues[conversation]?.tickets.append(Ticket(name: name, renewedAt: now, origin: origin))
        return .send(LeaseCommand(conversation: conversation, step: .take(request: lastRequest), sentAt: now))
    }

    mutating func check(_ conversation: String, renews: Bool, at now: Int) -> [LeaseAction] {
        guard let queue = queues[conversation] else { return [] }
        let running = queue.held.first { !$0.isLost }
        let names =
            (running.map { [$0.ticket.name] } ?? []) + queue.tickets.map(\.name).filter { $0.fence != nil }
        guard !names.isEmpty else { return [] }
        queues[conversation]?.isChecking = true
        queues[conversation]?.checkedAt = now
        // A lease that ran out here must not come back: somebody else may have had the conversation since.
        let holdsFirst = running.map { now < $0.ticket.deadline(settings) } ?? false
        let step = LeaseCommand.Step.check(names, holdsFirst: holdsFirst, renews: renews)
        return [.send(LeaseCommand(conversation: conversation, step: step, sentAt: now))]
    }

    mutating func giveBack(
        _ name: TicketName, of conversation: String, at now: Int, until: Int? = nil
    ) -> LeaseAction {
        returns[name.request] = Return(
            conversation: conversation, name: name, until: until ?? now + settings.lifetime, isSent: true)
        return .send(LeaseCommand(conversation: conversation, step: .release(name), sentAt: now))
    }

    mutating func forgetIfEmpty(_ conversation: String) {
        if queues[conversation]?.isEmpty == true { queues[conversation] = nil }
    }
}
