@testable import Leases

/// The lock store as a simulation sees it: the scripts, with a clock that the simulation sets.
protocol SimulatedServer {
    /// Runs one step for a worker.
    mutating func execute(_ command: LeaseCommand, owner: String, time: Int) async throws -> LeaseReply
    mutating func releaseAll(owner: String, time: Int) async throws
    /// What was published since the last call, in order.
    mutating func news() async throws -> [News]
    /// The queue as Rasa reads it.
    mutating func read(_ conversation: String) async throws -> [ForeignTicket]
    /// The queue as Rasa writes it; the key is deleted with the last ticket.
    mutating func write(_ conversation: String, _ tickets: [ForeignTicket]) async throws
    /// Whether the store keeps anything about the conversation.
    mutating func holds(_ conversation: String) async throws -> Bool
    /// The fence given out last.
    mutating func lastFence() async throws -> Int
}

/// A published message.
enum News: Hashable {
    /// On a worker's own channel.
    case first(owner: String, TicketName, conversation: String)
    /// On the channel of all.
    case changed(conversation: String)
}

/// What Rasa knows of a ticket.
struct ForeignTicket: Hashable {
    let number: Int
    /// Microseconds since 1970.
    let expires: Int
}
