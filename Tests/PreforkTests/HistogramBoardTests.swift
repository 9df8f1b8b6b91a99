import Foundation
import Testing

@testable import Prefork

@Suite("Series that all workers count in")
struct HistogramBoardTests {
    @Test func addUpOverWorkersByName() throws {
        let board = try HistogramBoard(capacity: 3, maxSeries: 4)
        let first = board.series(named: "GET /")
        #expect(board.series(named: "GET /") == first)
        let second = board.series(named: "POST /é")
        board.add(first, of: 0, kind: 1, microseconds: 900)
        board.add(first, of: 2, kind: 4, microseconds: 20_000_000)
        board.add(second, of: 1, kind: 1, microseconds: 1000)
        let totals = board.totals(used: 3)
        #expect(totals.map(\.name) == ["", "GET /", "POST /é"])
        #expect(totals[1].totals.ends == [0, 1, 0, 0, 1])
        #expect(totals[1].totals.microseconds == 20_000_900)
        #expect(totals[1].totals.buckets.first == 1 && totals[1].totals.buckets.last == 1)
        #expect(totals[2].totals.buckets.first == 1)
        #expect(board.totals(used: 1)[2].totals.ends == [0, 0, 0, 0, 0])
    }

    @Test func withoutRoomOrNameAreCountedTogether() throws {
        let board = try HistogramBoard(capacity: 1, maxSeries: 2)
        #expect(board.series(named: "a") != .other)
        #expect(board.series(named: "b") == .other)
        #expect(board.series(named: "") == .other)
        #expect(board.series(named: String(repeating: "x", count: HistogramBoard.maxName + 1)) == .other)
        // What a worker cannot be, or an end cannot be, is nowhere.
        board.add(.other, of: 1, kind: 1, microseconds: 1)
        board.add(.other, of: 0, kind: 5, microseconds: 1)
        board.add(.other, of: -1, kind: -1, microseconds: 1)
        #expect(board.totals(used: 9)[0].totals == HistogramBoard.Totals())
    }

    @Test("the same name, written by many at once, is one series to readers")
    func race() throws {
        let board = try HistogramBoard(capacity: 8, maxSeries: 64)
        DispatchQueue.concurrentPerform(iterations: 8) { worker in
            for round in 0..<4 {
                board.add(board.series(named: "route \(round)"), of: worker, kind: 1, microseconds: 1)
            }
        }
        let totals = board.totals(used: 8).dropFirst()
        #expect(Set(totals.map(\.name)) == Set((0..<4).map { "route \($0)" }))
        #expect(totals.count == 4)
        for (_, total) in totals { #expect(total.ends[1] == 8) }
    }
}
