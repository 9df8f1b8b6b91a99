/// One turn that is to be sent, fixed before the first one leaves.
struct Arrival: Equatable, Sendable {
    /// Its place among all turns of the run; it travels in the message's metadata.
    let number: Int
    /// When it is to be sent, in nanoseconds after the start.
    let offset: Int64
    /// Who sends it: one connection or socket.
    let user: Int
    /// The conversation.
    let sender: Int
    /// The turn restarts its conversation.
    var isRestart = false
}

/// When each turn is sent. Arrivals do not wait for responses, so a server that stalls does not slow its clients down:
/// the turns that came due meanwhile count with the whole time since they came due (no coordinated omission).
struct Schedule: Sendable {
    enum Shape: Equatable, Sendable {
        /// One rate, at random times (a Poisson process of a fixed count).
        case steady
        /// From a tenth of the rate to the rate.
        case ramp
        /// This many turns to one conversation at once, then as many to the next.
        case burst(Int)
    }

    var shape = Shape.steady
    var turns: Int
    /// Turns per second.
    var rate: Double
    /// How many users there are, and which of them have a socket, that is one conversation only.
    var sockets: [Bool]
    var senders: Int
    /// Each conversation's n-th, 2n-th, … turn restarts it; 0 for none.
    var restartInterval = 0
    var seed: UInt64 = 1

    private static let rampStart = 0.1

    /// How long it takes to send all turns, in seconds.
    var duration: Double {
        shape == .ramp ? Double(turns) / (rate * (1 + Self.rampStart) / 2) : Double(turns) / rate
    }

    func arrivals() -> [Arrival] {
        var positions: [Int: Int] = [:]
        return offsets().enumerated().map { number, offset in
            let (user, sender) = place(number)
            let position = positions[sender, default: 0] + 1
            positions[sender] = position
            return Arrival(
                number: number, offset: offset, user: user, sender: sender,
                isRestart: restartInterval > 0 && position.isMultiple(of: restartInterval))
        }
    }

    private func offsets() -> [Int64] {
        let nanoseconds = duration * 1e9
        if case .burst(let size) = shape {
            return (0..<turns).map { Int64(Double($0 / size * size) / rate * 1e9) }
        }
        var generator = SplitMix64(state: seed)
        let shares = (0..<turns).map { _ in Double.random(in: 0..<1, using: &generator) }.sorted()
        return shares.map { Int64((shape == .ramp ? Self.rampTime($0) : $0) * nanoseconds) }
    }

    /// The share of a ramp's duration after which this share of its turns was sent.
    static func rampTime(_ share: Double) -> Double {
        let growth = 1 - rampStart
        let whole = rampStart + growth / 2
        return ((rampStart * rampStart + 2 * growth * share * whole).squareRoot() - rampStart) / growth
    }

    /// Who sends a turn, in which conversation.
    private func place(_ number: Int) -> (user: Int, sender: Int) {
        if case .burst(let size) = shape {
            let burst = number / size
            // The replies of a conversation go to each socket that has joined it, so one socket sends the whole burst.
            let first = burst % sockets.count
            if sockets[first] { return (first, first) }
            let others = sockets.indices.filter { !sockets[$0] }
            return (others[number % others.count], burst)
        }
        let sender = number % max(senders, sockets.count)
        let user = sender % sockets.count
        return (user, sockets[user] ? user : sender)
    }
}

/// Random numbers that a seed repeats.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
