/// Gives each conversation to one turn at a time, in the order of arrival, over all processes that share the store.
package protocol LeaseStore: Sendable {
    /// Takes a place in the conversation's queue at once and waits until it is first.
    ///
    /// The place is taken when this is called, before the first suspension, so messages that one worker receives in an
    /// order run in that order.
    ///
    /// - Parameter conversation: The `sender_id`, taken literally; it may hold any character.
    /// - Returns: A lease that must be given to ``release(_:)``, also after a failed turn.
    /// - Throws: ``LeaseError``: the turn must not run.
    func acquire(_ conversation: String) async throws -> Lease

    /// As ``acquire(_:)``, and calls `asked` once the place was asked for, if it can say when that is: what is sent
    /// over the same connection from then on reaches the store behind the question.
    func acquire(_ conversation: String, asked: @escaping @Sendable () -> Void) async throws -> Lease

    /// Whether the lease still holds; asked right before a turn is saved. A turn whose lease is lost must not be saved.
    func isHeld(_ lease: Lease) -> Bool

    /// Ends the lease and wakes the next in the queue. Never throws: a lease that cannot be given back runs out.
    func release(_ lease: Lease) async

    /// Releases all leases and places in queues of a worker that has died; to be called in a living one, on the word
    /// of whoever saw the death.
    ///
    /// - Parameter owner: The name under which the dead worker's store was made; it must not be used again.
    /// - Throws: ``LeaseError`` with `.storeUnreachable`; to be tried again then.
    func releaseAll(owner: String) async throws

    /// Closes connections; leases still held are released first.
    func close() async
}

/// The right to run one turn of one conversation.
package struct Lease: Sendable, Hashable {
    /// The `sender_id`.
    package let conversation: String
    /// The place in the queue, as Rasa numbers tickets.
    package let ticket: Int
    /// Larger than the fence of every earlier lease of this conversation.
    package let fence: Int

    /// Whether the store's first response gave it, so that what is read behind the question (`acquire(_:asked:)`) is
    /// what the turn starts from. False where others were before, or may have been.
    package var isImmediate: Bool

    package init(conversation: String, ticket: Int, fence: Int, isImmediate: Bool = false) {
        self.isImmediate = isImmediate
        self.conversation = conversation
        self.ticket = ticket
        self.fence = fence
    }
}

extension LeaseStore {
    /// Nothing: leases that live in one process die with it.
    package func releaseAll(owner: String) async throws {}

    /// Cannot say when the place was asked for.
    package func acquire(_ conversation: String, asked: @escaping @Sendable () -> Void) async throws -> Lease {
        try await acquire(conversation)
    }

    /// Runs `turn` alone on the conversation, in the order of the calls.
    ///
    /// - Throws: ``LeaseError``, or what `turn` throws; the lease is given back in either case.
    package func withLease<Result: Sendable>(
        of conversation: String, _ turn: (Lease) async throws -> Result
    ) async throws -> Result {
        try await holding(try await acquire(conversation), turn)
    }

    /// Runs `turn` and gives the lease back, also after an error.
    package func holding<Result: Sendable>(
        _ lease: Lease, _ turn: (Lease) async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await turn(lease)
            await release(lease)
            return result
        } catch {
            await release(lease)
            throw error
        }
    }
}
