import Testing

@testable import LoadTest

@Suite("The audit of stored conversations")
struct AuditTests {
    private func audit(stored: [Int], outcomes: [Outcome?], ordered: Bool = true) -> Audit {
        var audit = Audit()
        audit.compare(stored: stored, sent: Array(outcomes.indices), outcomes: outcomes, ordered: ordered)
        return audit
    }

    @Test("is content with turns that are stored once and in order, whatever became of those that failed")
    func clean() {
        #expect(audit(stored: [0, 1, 3], outcomes: [.completed, .cut, .cut, .completed]).isClean)
        #expect(audit(stored: [0, 3, 1], outcomes: [.completed, .noResponse, .cut, .completed]).isClean)
    }

    @Test("finds what is lost, doubled and out of order")
    func faults() {
        #expect(audit(stored: [0], outcomes: [.completed, .completed]).lost == 1)
        var overSocket = Audit()
        overSocket.compare(
            stored: [0], sent: [0, 1], outcomes: [.completed, .completed], ordered: true, overSocket: true)
        #expect(overSocket.lost == 1 && overSocket.lostOverSockets == 1)
        #expect(audit(stored: [0], outcomes: [.completed, .completed]).lostOverSockets == 0)
        #expect(audit(stored: [0, 0], outcomes: [.cut]).doubled == 1)
        #expect(audit(stored: [1, 0], outcomes: [.completed, .completed]).misordered == 1)
        #expect(audit(stored: [1, 0], outcomes: [.completed, .completed], ordered: false).isClean)
    }
}
