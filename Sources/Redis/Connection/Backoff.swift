import NIOCore

/// The pauses between attempts to connect: doubled each time, with a random share so that workers do not come together.
struct Backoff {
    private static let shortest = TimeAmount.milliseconds(10)

    private let longest: TimeAmount
    private var current = Backoff.shortest

    init(longest: Duration) {
        self.longest = TimeAmount(longest)
    }

    mutating func next() -> TimeAmount {
        let pause = min(current, longest)
        current = .nanoseconds(pause.nanoseconds * 2)
        return .nanoseconds(Int64.random(in: pause.nanoseconds / 2...pause.nanoseconds))
    }

    mutating func reset() {
        current = Self.shortest
    }
}
