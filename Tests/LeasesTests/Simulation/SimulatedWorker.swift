import TestSupport

@testable import Leases

/// A worker of the simulation: its machine, its clock, what is under way between it and the server, its turns.
struct SimulatedWorker {
    enum Response {
        case reply(LeaseReply)
        case failure(LeaseFailure)
    }

    let owner: String
    /// Its clock starts elsewhere and runs a little faster or slower than the server's.
    let clockStart: Int
    let clockRate: Double
    var machine: LeaseMachine
    /// Commands that the server has not seen yet.
    var pipe: [LeaseCommand] = []
    /// Answers that the worker has not seen yet.
    var responses: [(command: LeaseCommand, response: Response)] = []
    /// Published messages that the worker has not seen yet.
    var news: [News] = []
    /// Nothing is done before this server time.
    var stalledUntil = 0
    var nextTick = 0
    var turns: [Turn] = []
    /// The message of each waiter that was neither granted nor failed.
    var waiting: [Int: Int] = [:]
    /// The waiter granted last, by conversation.
    var lastGrant: [String: Int] = [:]

    struct Turn {
        let message: Int
        let lease: Lease
        /// What was stored when the turn began.
        var version: Int
    }

    init(owner: String, settings: LeaseMachine.Settings, random: inout SeededRandom) {
        self.owner = owner
        machine = LeaseMachine(settings)
        clockStart = Int.random(in: 0...1_000_000_000, using: &random)
        clockRate = Double.random(in: 0.995...1.005, using: &random)
    }

    func clock(_ time: Int) -> Int { clockStart + Int(Double(time) * clockRate) }

    func isHeld(_ lease: Lease, time: Int) -> Bool { machine.isHeld(lease, at: clock(time)) }
}
