import NIOCore
import System

/// The pauses between attempts to connect, with a random share so that workers do not come together.
struct RandomBackoff {
    private let backoff: Backoff
    private var failures = 0

    init(maxPause: Duration) { backoff = Backoff(first: .milliseconds(10), maxPause: maxPause) }

    mutating func next() -> TimeAmount {
        failures += 1
        let pause = TimeAmount(backoff.pause(after: failures)).nanoseconds
        return .nanoseconds(Int64.random(in: pause / 2...pause))
    }

    mutating func reset() { failures = 0 }
}
