import Prefork
import TestSupport
import Testing

@testable import Server

@Suite("When a worker asks to be replaced")
struct WorkerLimitsTests {
    @Test func withoutLimitsNeverAndItsMemoryIsNotLookedAt() {
        let limits = WorkerLimits()
        let exhaustion = limits.exhaustion(requests: .max) {
            Issue.record("looked at")
            return 0
        }
        #expect(exhaustion == nil)
    }

    @Test func atItsRequestsOrAboveItsMemory() {
        var limits = WorkerLimits()
        limits.maxRequests = 100
        limits.maxMemory = 1 << 20
        #expect(limits.exhaustion(requests: 99) { 1 << 20 } == nil)
        #expect(limits.exhaustion(requests: 100) { 0 } == .requests(100))
        #expect(limits.exhaustion(requests: 0) { .max } == .memory(.max))
    }

    @Test func aTenthMoreIsDrawn() {
        var limits = WorkerLimits()
        limits.maxRequests = 1000
        var generator = SeededRandom(seed: 19)
        let drawn = (0..<200).compactMap { _ in limits.drawn(using: &generator).maxRequests }
        #expect(drawn.allSatisfy { (1000...1100).contains($0) })
        #expect(Set(drawn).count > 50)
        limits.maxRequests = .max
        #expect(limits.drawn(using: &generator).maxRequests == .max)
    }
}
