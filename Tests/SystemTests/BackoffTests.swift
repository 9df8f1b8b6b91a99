import Testing

@testable import System

@Suite("Pauses before further attempts")
struct BackoffTests {
    @Test("are none at first, then twice the one before, up to the longest")
    func growth() {
        let backoff = Backoff(first: .milliseconds(50), maxPause: .seconds(2))
        let pauses = [0, 50, 100, 200, 400, 800, 1600, 2000, 2000]
        #expect(pauses.indices.map { backoff.pause(after: $0) } == pauses.map { .milliseconds($0) })
        #expect(backoff.pause(after: -1) == .zero && backoff.pause(after: .max) == .seconds(2))
    }
}
