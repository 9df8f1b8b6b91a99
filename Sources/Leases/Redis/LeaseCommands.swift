import JSON
import Redis

/// Turns the machine's commands into runs of the scripts, and their responses back.
struct LeaseCommands: Sendable {
    let keys: LeaseKeys
    let owner: String
    /// Microseconds.
    let lifetime: Int
    let waitingLimit: Int

    struct Call: Sendable {
        let script: RedisScript
        let keys: [RedisArgument]
        let arguments: [RedisArgument]
    }

    /// - Parameter time: Microseconds in place of Redis' own clock, for simulations.
    func call(_ command: LeaseCommand, time: Int? = nil) -> Call {
        let queue = keys.queue(of: command.conversation)
        let conversations = keys.conversations(of: owner)
        let note = keys.note(of: command.conversation)
        let name = JSON.string(command.conversation).encoded(.python)
        let about: [RedisArgument] = [.text(command.conversation), .bytes(name)]
        let common: [RedisArgument] = [
            time.map { .integer($0) } ?? .text(""), .text(keys.channel), .text(owner),
        ]
        switch command.step {
        case .take(let request):
            return Call(
                script: LeaseScripts.take, keys: [queue, conversations, .text(keys.fence), note],
                arguments: common + [.integer(lifetime)] + about + [.integer(request), .integer(waitingLimit)])
        case .check(let names, let holdsFirst, let renews):
            return Call(
                script: LeaseScripts.check, keys: [queue, conversations, note],
                arguments: common + [.integer(lifetime)] + about
                    + [.integer(renews ? 1 : 0), .integer(holdsFirst ? 1 : 0)] + names.flatMap(words))
        case .release(let name):
            return Call(
                script: LeaseScripts.release, keys: [queue, conversations, note],
                arguments: common + about + words(name))
        }
    }

    /// The run that removes all tickets of a worker that is no more.
    func releaseAll(of dead: String, time: Int? = nil) -> Call {
        Call(
            script: LeaseScripts.releaseAll, keys: [keys.conversations(of: dead)],
            arguments: [
                time.map { .integer($0) } ?? .text(""), .text(keys.channel), .text(dead), .text(keys.queues),
                .integer(LeaseScripts.deathNotice), .text(keys.notes),
            ])
    }

    /// The run that takes tickets out of their queues which were given back and may be there again.
    func sweep(_ tickets: ArraySlice<ReleasedTicketSweeper.Ticket>) -> Call {
        Call(
            script: LeaseScripts.sweep,
            keys: tickets.map { keys.queue(of: $0.conversation) } + tickets.map { keys.note(of: $0.conversation) },
            arguments: [.text(""), .text(keys.channel), .text(owner)]
                + tickets.flatMap { ticket -> [RedisArgument] in
                    [.text(ticket.conversation), .bytes(JSON.string(ticket.conversation).encoded(.python))]
                        + words(ticket.name)
                })
    }

    /// What the store said; nil where it makes no sense.
    func reply(to command: LeaseCommand, _ value: RedisValue) -> LeaseReply? {
        guard let elements = value.array else { return nil }
        let numbers = elements.compactMap(\.int)
        guard numbers.count == elements.count else { return nil }
        switch command.step {
        case .take:
            switch (numbers.first, numbers.count) {
            case (-2, 1): return .declaredDead
            case (-1, 2): return .full(waiting: numbers[1])
            case (_, 3): return .queued(number: numbers[0], ahead: numbers[1], fence: numbers[2])
            default: return nil
            }
        case .check:
            return .places(
                numbers.map { number in
                    switch number {
                    case -1: .gone
                    case -2: .restored
                    default: .queued(ahead: number)
                    }
                })
        case .release:
            guard numbers.count == 3 else { return .released(next: nil) }
            return .released(next: TicketName(request: numbers[0], number: numbers[1], fence: numbers[2]))
        }
    }

    /// The ticket and conversation that a message on a worker's own channel names: `request number fence conversation`.
    static func news(_ payload: [UInt8]) -> (name: TicketName, conversation: String)? {
        let words = payload.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count == 4 else { return nil }
        let numbers = words[..<3].compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == 3 else { return nil }
        return (
            TicketName(request: numbers[0], number: numbers[1], fence: numbers[2]),
            String(decoding: words[3], as: UTF8.self)
        )
    }

    private func words(_ name: TicketName) -> [RedisArgument] {
        [.integer(name.request), .integer(name.number ?? -1), .integer(name.fence ?? 0)]
    }
}
