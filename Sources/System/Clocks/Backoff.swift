/// The pauses before further attempts: each twice the one before, up to a longest.
package struct Backoff: Sendable, Hashable {
    private let first: Duration
    private let maxPause: Duration

    package init(first: Duration, maxPause: Duration) { (self.first, self.maxPause) = (first, maxPause) }

    /// - Parameter failures: How many attempts in a row have failed; after none there is no pause.
    package func pause(after failures: Int) -> Duration {
        failures < 1 ? .zero : min(maxPause, first * (1 << min(failures - 1, 20)))
    }
}
