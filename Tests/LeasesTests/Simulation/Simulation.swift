import TestSupport

@testable import Leases

/// What may go wrong in an episode.
struct Faults {
    /// Deaths, stalls, lost connections and lost messages.
    var isRough = false
    /// Queues that disappear.
    var loseQueues = false
    /// Another program that reads, changes and writes queues in Rasa's way.
    var hasForeigners = false
}

/// A broken rule.
struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// Several workers, a lock store and everything between them, stepped in an order that the seed decides. After every
/// step the rules are checked:
/// - at most one turn per conversation may be saved at any moment,
/// - fences only grow from grant to grant,
/// - the messages of a worker get their turns in the order in which they came; where nothing goes wrong, all messages
///   do, over all workers,
/// - at the end nobody waits and nothing is left in the store, soon, and not because leases ran out.
///
/// A queue that another program destroys takes the knowledge of its tickets along. For tickets taken before that, the
/// fence in the tracker store is what protects the conversation, so the first two rules hold for those taken after.
struct Simulation<Server: SimulatedServer> {
    static var settings: LeaseMachine.Settings {
        LeaseMachine.Settings(lifetime: 30_000_000, pollInterval: 500_000)
    }

    let faults: Faults
    var random: SeededRandom
    var server: Server
    var time = 1_700_000_000_000_000
    var workers: [SimulatedWorker] = []
    /// Commands of dead workers or lost connections that reach the server late.
    var ghosts: [(owner: String, command: LeaseCommand)] = []
    /// Dead workers whose death nobody has told the store.
    var unannounced: [String] = []
    var foreigners: [Foreigner] = []
    var conversations = ["a", "b", "größe \"7\" /x"]
    var stored: [String: (version: Int, fence: Int)] = [:]
    var disturbedUpTo: [String: Int] = [:]
    var lastFence: [String: Int] = [:]
    /// Messages whose end is open: granted turns and waiters.
    var open: Set<Int> = []
    var fenceOfMessage: [Int: Int] = [:]
    var messageOfRequest: [String: Int] = [:]
    var lastMessage = 0
    var lastOwner = 0
    var steps = 0
    var grants = 0
    var saves = 0
    var trace: [String] = []

    init(seed: UInt64, faults: Faults, server: Server) {
        random = SeededRandom(seed: seed)
        self.faults = faults
        self.server = server
        for _ in 0..<3 { addWorker() }
    }

    mutating func addWorker() {
        workers.append(SimulatedWorker(owner: "w\(lastOwner)", settings: Self.settings, random: &random))
        lastOwner += 1
    }

    /// Some steps of chaos, then the way to rest.
    mutating func run(steps count: Int) async throws {
        for _ in 0..<count {
            try await step()
            try check()
        }
        try await trim()
    }

    mutating func note(_ words: String) {
        if trace.count > 400 { trace.removeFirst(200) }
        trace.append(words)
    }

    /// The rules that hold after every step.
    private func check() throws {
        for conversation in conversations {
            let holders = workers.flatMap { worker in
                worker.turns.filter { turn in
                    turn.lease.conversation == conversation && worker.isHeld(turn.lease, time: time)
                        && turn.lease.fence > disturbedUpTo[conversation, default: 0]
                }.map { "\(worker.owner) with \($0.lease.fence)" }
            }
            guard holders.count < 2 else {
                throw Violation(description: "two turns hold '\(conversation)': \(holders)")
            }
        }
        for worker in workers {
            for line in worker.machine.queues.values where line.waiters.count != line.tickets.count {
                throw Violation(description: "\(worker.owner) has \(line.waiters.count) waiters: \(line)")
            }
        }
    }

    /// Without further faults everything comes to an end, well before leases run out, unless other programs left
    /// tickets that nobody else can remove.
    private mutating func trim() async throws {
        let begin = time
        let allowed = faults.hasForeigners ? Self.settings.lifetime * 4 : Self.settings.lifetime / 2
        for index in workers.indices { workers[index].stalledUntil = 0 }
        try await finishForeigners()
        repeat {
            guard time - begin < allowed else {
                throw Violation(description: "forgotten: messages \(open.sorted()), \(workers.map(\.machine.queues))")
            }
            time += Self.settings.pollInterval / 4
            try await announceDeaths()
            while !ghosts.isEmpty { try await executeGhost(0) }
            for index in workers.indices {
                try await tick(index)
                var isMoving = true
                while isMoving {
                    isMoving = false
                    while !workers[index].pipe.isEmpty { try await executeCommand(index); isMoving = true }
                    while !workers[index].responses.isEmpty { try await deliverResponse(index); isMoving = true }
                    while !workers[index].news.isEmpty { try await deliverNews(index); isMoving = true }
                    while !workers[index].turns.isEmpty { try await finishTurn(index, 0); isMoving = true }
                    try check()
                }
            }
        } while !(open.isEmpty && workers.allSatisfy(\.machine.isIdle))
        time += faults.hasForeigners ? 0 : 1
        for conversation in conversations where !faults.hasForeigners {
            // A ticket of a lost connection that nobody waits behind is found by the next who comes.
            guard try await server.holds(conversation), !faults.isRough else { continue }
            throw Violation(description: "the store still keeps something of '\(conversation)'")
        }
    }
}
