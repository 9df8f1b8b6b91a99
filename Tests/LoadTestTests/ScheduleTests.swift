import Testing

@testable import LoadTest

@Suite("The schedule of arrivals")
struct ScheduleTests {
    private func schedule(_ shape: Schedule.Shape, turns: Int = 1000, sockets: [Bool] = [false, false, false, false])
        -> Schedule
    {
        Schedule(shape: shape, turns: turns, rate: 100, sockets: sockets, senders: 10)
    }

    @Test("has as many turns as asked for, in time's order, within the duration")
    func steady() {
        let arrivals = schedule(.steady).arrivals()
        #expect(arrivals.map(\.number) == Array(0..<1000))
        #expect(zip(arrivals, arrivals.dropFirst()).allSatisfy { $0.offset <= $1.offset })
        #expect(arrivals.allSatisfy { (0..<10_000_000_000).contains($0.offset) })
        let firstHalf = arrivals.count { $0.offset < 5_000_000_000 }
        #expect((400...600).contains(firstHalf))
    }

    @Test("is the same for one seed, and another for another")
    func seeds() {
        var other = schedule(.steady)
        #expect(other.arrivals() == schedule(.steady).arrivals())
        other.seed = 2
        #expect(other.arrivals() != schedule(.steady).arrivals())
    }

    @Test("ramps up: the second half of the time has three quarters of the turns, about")
    func ramp() {
        let ramp = schedule(.ramp)
        let half = Int64(ramp.duration * 0.5e9)
        let late = ramp.arrivals().count { $0.offset >= half }
        // The rate goes from 0.1 to 1, so the second half has (0.55 + 1) / (0.1 + 1) / 2 of them.
        #expect((650...760).contains(late))
        #expect(Schedule.rampTime(0) == 0)
        #expect(abs(Schedule.rampTime(1) - 1) < 1e-9)
    }

    @Test("sends a burst at once, to one conversation, from as many users as there are")
    func burst() {
        let arrivals = schedule(.burst(4), turns: 8).arrivals()
        #expect(arrivals.map(\.offset) == [0, 0, 0, 0, 40_000_000, 40_000_000, 40_000_000, 40_000_000])
        #expect(arrivals.map(\.sender) == [0, 0, 0, 0, 1, 1, 1, 1])
        #expect(Set(arrivals.prefix(4).map(\.user)).count == 4)
    }

    @Test("sends a burst over one socket, since all sockets of a conversation get its replies")
    func socketBurst() {
        let arrivals = schedule(.burst(4), turns: 8, sockets: [true, false, false, false]).arrivals()
        #expect(arrivals.prefix(4).allSatisfy { $0.user == 0 })
        #expect(arrivals.suffix(4).allSatisfy { $0.user != 0 })
    }

    @Test("leaves each conversation to one user, and to a socket one conversation")
    func senders() {
        let arrivals = schedule(.steady, sockets: [true, false, false, true]).arrivals()
        for (_, turns) in Dictionary(grouping: arrivals, by: \.sender) where turns[0].sender < 4 {
            #expect(Set(turns.map(\.user)).count == 1)
        }
        let ofSockets = arrivals.filter { $0.user == 0 || $0.user == 3 }
        #expect(ofSockets.allSatisfy { $0.sender == $0.user })
    }

    @Test("restarts a conversation at its every n-th turn")
    func restarts() {
        var schedule = schedule(.steady, turns: 100)
        schedule.restartInterval = 5
        for (_, turns) in Dictionary(grouping: schedule.arrivals(), by: \.sender) {
            #expect(turns.map(\.isRestart) == turns.indices.map { ($0 + 1).isMultiple(of: 5) })
        }
    }
}
