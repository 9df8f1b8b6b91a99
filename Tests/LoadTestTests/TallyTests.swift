import Testing

@testable import LoadTest

@Suite("The accounting of turns")
struct TallyTests {
    private func span(_ due: Int64, _ sent: Int64, _ end: Int64) -> Span {
        Span(due: due * 1_000_000, sent: sent * 1_000_000, end: end * 1_000_000)
    }

    @Test("counts latency from the due time, not from when the turn could be sent")
    func latency() {
        var tally = Tally(turns: 1, duration: 1)
        tally.record(0, .completed, span(100, 900, 1000))
        #expect(abs(tally.milliseconds(50) - 900) < 1)
    }

    @Test("counts a turn once, and what else comes for it as surplus")
    func once() {
        var tally = Tally(turns: 2, duration: 1)
        tally.record(0, .completed, span(0, 0, 1))
        tally.record(0, .completed, span(0, 0, 2))
        tally.record(1, .cut, span(0, 0, 2))
        #expect(tally.count(.completed) == 1)
        #expect(tally.surplus == 1)
        #expect(tally.failures == 1)
    }

    @Test("leaves the latency of failed turns out")
    func failures() {
        var tally = Tally(turns: 2, duration: 1)
        tally.record(0, .completed, span(0, 0, 5))
        tally.record(1, .noResponse, span(0, 0, 900))
        #expect(tally.milliseconds(100) < 6)
    }

    @Test("has the tenths of a run")
    func slices() {
        var tally = Tally(turns: 2, duration: 10)
        tally.record(0, .completed, span(100, 100, 110))
        tally.record(1, .completed, span(9900, 9900, 9950))
        #expect(abs(tally.milliseconds(99, of: 0..<6) - 10) < 1)
        #expect(abs(tally.milliseconds(99, of: 54..<60) - 50) < 1)
    }

    @Test("tells failures that were under way at a kill from others")
    func kills() {
        var tally = Tally(turns: 3, duration: 10)
        tally.record(0, .cut, span(0, 0, 1005))
        tally.record(1, .cut, span(0, 1500, 1600))
        tally.record(2, .completed, span(0, 0, 1005))
        #expect(tally.failures(outside: [1_000_000_000..<1_010_000_000]) == 1)
    }

    @Test("knows outcomes by status and count of messages")
    func outcomes() {
        #expect(Outcome(status: 200, replies: 1, expected: 1) == .completed)
        #expect(Outcome(status: 200, replies: 0, expected: 1) == .wrong)
        #expect(Outcome(status: 200, replies: nil, expected: 0) == .wrong)
        #expect(Outcome(status: 503, replies: nil, expected: 1) == .serverError)
        #expect(Outcome(status: 404, replies: nil, expected: 1) == .wrong)
    }
}
