import Foundation
import Synchronization
import System
import Testing

@testable import Prefork

@Suite("The scoreboard's sums never fall")
struct ScoreboardTests {
    @Test func becauseWorkersGoOnWithTheCountersOfDeadOnes() throws {
        let board = try Scoreboard(capacity: 3)
        board.slot(0).add(5, to: .requests)
        board.slot(2).add(to: .requests)
        board.slot(2).change(.connections, by: 4)
        board.slot(2).change(.connections, by: -1)
        #expect(board.total(of: .requests) == 6)
        #expect(board.total(of: .connections) == 3)
        board.clearGauges(of: 2)
        #expect(board.total(of: .requests) == 6)
        #expect(board.total(of: .connections) == 0)
        board.slot(2).add(to: .requests)
        #expect(board.total(of: .requests) == 7)
    }

    @Test func andOnlyWorkersThatServeAndLiveCountForTheFairShare() throws {
        let board = try Scoreboard(capacity: 4)
        for index in 0..<3 {
            board.slot(index).set(.connections, to: index + 1)
            board.slot(index).heartbeat(at: MonotonicInstant(milliseconds: index == 1 ? 10 : 5000))
        }
        board.slot(0).set(.serving, to: 1)
        board.slot(1).set(.serving, to: 1)
        #expect(
            board.connectionsOfServing(since: MonotonicInstant(milliseconds: 4000))
                == [FairShare.Count(slot: 0, connections: 1, accepted: 0)])
    }
}

@Suite("The scoreboard is read while others write to it")
struct ScoreboardRaceTests {
    @Test("workers that die and come back are counted once")
    func succession() throws {
        let board = try Scoreboard(capacity: 16)
        for index in 0..<16 { board.slot(index).add(1000, to: .requests) }
        let isOver = Atomic(false)
        let threads = DispatchGroup()
        func run(_ work: @escaping @Sendable (Int) -> Void) {
            threads.enter()
            Thread.detachNewThread {
                var round = 0
                while !isOver.load(ordering: .relaxed) {
                    work(round)
                    round += 1
                }
                threads.leave()
            }
        }
        // Each writer is what a worker and its supervisor are together.
        run { round in
            let slot = board.slot(round % 16)
            slot.set(.serving, to: 1)
            slot.set(.connections, to: round)
            slot.add(to: .requests)
            slot.heartbeat(at: MonotonicInstant(milliseconds: UInt64(round)))
            board.clearGauges(of: round % 16)
        }
        run { round in board.slot(round % 16).set(.serving, to: round % 2) }
        var last = 0
        var share = FairShare()
        for _ in 0..<20_000 {
            let connections = board.connectionsOfServing(since: MonotonicInstant(milliseconds: 0))
            #expect(connections.count <= 16)
            _ = share.shouldPause(
                mine: board.slot(3).value(of: .connections), all: connections, isAwaited: { true }, now: .now)
            let total = board.total(of: .requests)
            #expect(total >= max(last, 16_000))
            last = total
        }
        isOver.store(true, ordering: .relaxed)
        threads.wait()
    }

    @Test("words that are damaged end nobody", arguments: [Int.max, Int.min, -1, 1 << 62, 0x5A5A_5A5A_5A5A_5A5A])
    func damage(word: Int) throws {
        let board = try Scoreboard(capacity: 4)
        for index in 0..<4 {
            let slot = board.slot(index)
            for gauge in Scoreboard.Gauge.allCases { slot.set(gauge, to: word) }
            slot.set(.serving, to: 1)
            for counter in Scoreboard.Counter.allCases { slot.add(word, to: counter) }
            slot.change(.connections, by: word)
            #expect(MonotonicInstant.now.since(slot.lastHeartbeat) >= .zero)
            _ = slot.lastHeartbeat + .seconds(Int64.max)
        }
        for counter in Scoreboard.Counter.allCases { #expect(board.total(of: counter) >= 0) }
        for gauge in Scoreboard.Gauge.allCases { _ = board.total(of: gauge) }
        let all = board.connectionsOfServing(since: MonotonicInstant(milliseconds: 0))
        #expect(all.count == 4)
        var share = FairShare()
        _ = share.shouldPause(mine: word, all: all, isAwaited: { true }, now: .now)
        for index in 0..<4 { board.clearGauges(of: index) }
        #expect(board.total(of: .requests) >= 0)
    }
}
