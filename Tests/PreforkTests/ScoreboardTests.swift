import Testing

@testable import Prefork

@Suite("The scoreboard's sums never fall")
struct ScoreboardTests {
    @Test func becauseDeadWorkersAreFoldedIn() throws {
        let board = try Scoreboard(capacity: 3)
        board.slot(0).add(5, to: .requests)
        board.slot(2).add(to: .requests)
        board.slot(2).change(.connections, by: 4)
        board.slot(2).change(.connections, by: -1)
        #expect(board.total(of: .requests) == 6)
        #expect(board.total(of: .connections) == 3)
        board.fold(2)
        #expect(board.slot(2).value(of: .requests) == 0)
        #expect(board.total(of: .requests) == 6)
        #expect(board.total(of: .connections) == 0)
    }

    @Test func andOnlyWorkersThatServeAndLiveCountForTheFairShare() throws {
        let board = try Scoreboard(capacity: 4)
        for index in 0..<3 {
            board.slot(index).set(.connections, to: index + 1)
            board.slot(index).beat(at: Moment(milliseconds: index == 1 ? 10 : 5000))
        }
        board.slot(0).set(.serving, to: 1)
        board.slot(1).set(.serving, to: 1)
        #expect(board.connectionsOfServing(since: Moment(milliseconds: 4000)) == [1])
    }
}

@Suite("Connections are shared fairly, but loosely")
struct FairShareTests {
    @Test func aLoneWorkerNeverPauses() {
        #expect(!shouldPauseAccepting(mine: 100_000, all: [100_000]))
    }

    @Test func smallDifferencesDoNotMatter() {
        #expect(!shouldPauseAccepting(mine: 3, all: [3, 1]))
        #expect(!shouldPauseAccepting(mine: 105, all: [105, 100, 95]))
    }

    @Test func whoHoldsClearlyMorePauses() {
        #expect(shouldPauseAccepting(mine: 8, all: [8, 0]))
        #expect(shouldPauseAccepting(mine: 130, all: [130, 100, 100, 100]))
    }

    @Test(arguments: 0..<200)
    func somebodyAlwaysAccepts(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        let all = (0..<(2 + seed % 7)).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return Int(state >> 40) % 1000
        }
        #expect(all.contains { !shouldPauseAccepting(mine: $0, all: all) })
    }
}
