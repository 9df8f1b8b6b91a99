import Testing

@testable import Brokers

@Suite("Confirmations count up to the first gap")
struct ConfirmationsTests {
    @Test func inAnyOrder() {
        var confirmations = Confirmations(first: 5, count: 4)
        confirmations.confirm(6, multiple: false)
        #expect(confirmations.confirmed == 0)
        confirmations.confirm(5, multiple: false)
        #expect(confirmations.confirmed == 2)
        confirmations.confirm(8, multiple: false)
        #expect(confirmations.confirmed == 2 && !confirmations.areComplete)
        confirmations.confirm(7, multiple: false)
        #expect(confirmations.areComplete)
    }

    @Test("one for all before it fills gaps; what was confirmed for an earlier run counts for nothing")
    func multiple() {
        var confirmations = Confirmations(first: 100, count: 3)
        confirmations.confirm(99, multiple: true)
        #expect(confirmations.confirmed == 0)
        confirmations.confirm(101, multiple: true)
        #expect(confirmations.confirmed == 2)
        confirmations.confirm(102, multiple: true)
        #expect(confirmations.areComplete)
        confirmations.confirm(100, multiple: true)
        #expect(confirmations.confirmed == 3)
    }

    @Test("a number beyond the run confirms no more than there is")
    func beyond() {
        var confirmations = Confirmations(first: 1, count: 2)
        confirmations.confirm(9, multiple: true)
        #expect(confirmations.confirmed == 2 && confirmations.areComplete)
    }
}
