/// What a worker asks of the lock store: one atomic step on the queue of one conversation.
struct LeaseCommand: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        /// Append a ticket, or find the one that an earlier try with the same request left.
        case take(request: Int)
        /// Tell the places of this worker's tickets. With `renews` they live for another lease; with `holdsFirst` the
        /// first of them is running and is put back if the whole queue has vanished.
        case check([TicketName], holdsFirst: Bool, renews: Bool)
        /// Remove a ticket and wake the next.
        case release(TicketName)
    }

    let conversation: String
    let step: Step
    /// The worker's clock when the step was asked for; a lease counts from here, before the store can have seen it.
    let sentAt: Int
}

/// A ticket as its worker knows it. The request alone names it among the tickets of its owner; number and fence find
/// it again after another program rewrote the queue without the owner.
struct TicketName: Sendable, Hashable {
    /// A number that the worker gives to each try for a ticket, never twice.
    let request: Int
    /// The place in the queue as Rasa counts; nil while the store has not answered.
    var number: Int?
    /// The fence that comes with the ticket; nil while the store has not answered.
    var fence: Int?
}

/// What the store answered to a ``LeaseCommand``.
enum LeaseReply: Sendable, Hashable {
    /// To take: the ticket, and how many are before it.
    case queued(number: Int, ahead: Int, fence: Int)
    /// To take: the queue is full.
    case full(waiting: Int)
    /// To take: the store was told that this worker is dead.
    case declaredDead
    /// To check: where each ticket is.
    case places([TicketPosition])
    /// To release: the ticket that is first now, if it is the same worker's.
    case released(next: TicketName?)
}

enum TicketPosition: Sendable, Hashable {
    /// In the queue, with so many before it.
    case queued(ahead: Int)
    /// Put back at the head of a queue that had vanished.
    case restored
    case gone
}

/// Why there is no response to a ``LeaseCommand``.
enum LeaseFailure: Sendable, Hashable {
    /// It may have been executed or not.
    case interrupted(String)
    /// It was not executed.
    case refused(String)
}

/// What the driver of a ``LeaseMachine`` has to do, in order.
enum LeaseAction: Sendable, Hashable {
    case send(LeaseCommand)
    case grant(waiter: Int, Lease)
    case fail(waiter: Int, LeaseError)
}
