import TestSupport

@testable import Leases

/// What can go wrong.
extension Simulation {
    /// A program that changes a queue as Rasa does: it reads the whole, thinks, and writes the whole.
    struct Foreigner {
        enum Phase {
            case taking
            case waiting(number: Int)
            case leaving(number: Int)
        }

        let conversation: String
        var phase: Phase
        /// What was read and is about to be changed and written.
        var seen: [ForeignTicket]?
    }

    mutating func breakSomething() async throws {
        guard let index = workers.indices.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: if lastOwner < 30 { kill(index) }
        case 1...2:
            workers[index].stalledUntil = time + Int.random(in: 0...Self.settings.lifetime * 3 / 2, using: &random)
            note("\(workers[index].owner) stalls until \(workers[index].stalledUntil)")
        case 3...4: loseConnection(index)
        case 5...6: try await announceDeaths()
        case 7:
            note("\(workers[index].owner) listens anew")
            workers[index].news = []
            let actions = workers[index].machine.listeningStarted(at: workers[index].clock(time))
            try perform(actions, index)
        default:
            if let ghost = ghosts.indices.randomElement(using: &random) { try await executeGhost(ghost) }
        }
    }

    private mutating func kill(_ index: Int) {
        let worker = workers.remove(at: index)
        note("\(worker.owner) dies")
        for message in Array(worker.waiting.values) + worker.turns.map(\.message) { open.remove(message) }
        // What was in the socket's buffer may still be executed.
        for command in worker.pipe where random.happens(0.5) { ghosts.append((worker.owner, command)) }
        unannounced.append(worker.owner)
        addWorker()
    }

    mutating func announceDeaths() async throws {
        for owner in unannounced {
            note("the death of \(owner) is announced")
            try await server.releaseAll(owner: owner, time: time)
            try await distributeNews()
        }
        unannounced = []
    }

    private mutating func loseConnection(_ index: Int) {
        note("\(workers[index].owner) loses its connection")
        let failure = SimulatedWorker.Response.failure(.interrupted("lost"))
        let lost = workers[index].responses.map(\.command) + workers[index].pipe
        for command in workers[index].pipe where random.happens(0.3) { ghosts.append((workers[index].owner, command)) }
        workers[index].pipe = []
        workers[index].responses = lost.map { ($0, failure) }
    }

    /// Nothing is known any more about the tickets taken so far.
    mutating func disturb(_ conversation: String) async throws {
        disturbedUpTo[conversation] = try await server.lastFence()
    }

    mutating func foreignStep() async throws {
        if foreigners.count < 2, random.happens(0.3), let conversation = conversations.randomElement(using: &random) {
            foreigners.append(Foreigner(conversation: conversation, phase: .taking))
        } else if let index = foreigners.indices.randomElement(using: &random) {
            try await advance(index)
        }
    }

    mutating func finishForeigners() async throws {
        var rounds = 0
        while !foreigners.isEmpty {
            rounds += 1
            if rounds > 200 { time += Self.settings.lifetime / 10 }
            try await advance(Int.random(in: foreigners.indices, using: &random))
        }
    }

    private mutating func advance(_ index: Int) async throws {
        let foreigner = foreigners[index]
        let conversation = foreigner.conversation
        guard let seen = foreigner.seen else {
            foreigners[index].seen = try await server.read(conversation)
            return
        }
        foreigners[index].seen = nil
        var tickets = seen.filter { time <= $0.expires }
        switch foreigner.phase {
        case .taking:
            let number = (tickets.last?.number ?? -1) + 1
            tickets.append(ForeignTicket(number: number, expires: time + Self.settings.lifetime))
            foreigners[index].phase = .waiting(number: number)
            note("a foreigner takes \(number) of \(conversation)")
        case .waiting(let number):
            guard let place = tickets.firstIndex(where: { $0.number == number }) else {
                foreigners.remove(at: index)
                return
            }
            if place == 0 { foreigners[index].phase = .leaving(number: number) }
        case .leaving(let number):
            tickets.removeAll { $0.number == number }
            foreigners.remove(at: index)
            note("a foreigner leaves \(number) of \(conversation)")
        }
        try await server.write(conversation, tickets)
        // Owner and request are gone from every ticket, and those taken in between altogether.
        try await disturb(conversation)
    }
}
