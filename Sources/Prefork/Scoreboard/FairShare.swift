package import System

/// Keeps the connections of the workers that accept from one socket nearly equal in number: the kernel does not deal
/// evenly, and long-lived connections would gather on whoever is quickest.
///
/// A worker pauses while a sibling holds clearly fewer connections, and leaves what comes to it. A sibling that does not
/// come for them, because it is busy, stuck or stopped, is waited for once and not again until it takes one: nobody who
/// connects waits longer than ``patience`` for the sake of fairness. Whoever holds the fewest never pauses.
package struct FairShare: Sendable {
    /// What one worker holds and has taken so far.
    package struct Count: Sendable, Hashable {
        /// The place in the scoreboard.
        package let slot: Int
        package let connections: Int
        /// How many connections it ever accepted: it tells whether the worker comes for what waits.
        package let accepted: Int

        package init(slot: Int, connections: Int, accepted: Int) {
            (self.slot, self.connections, self.accepted) = (slot, connections, accepted)
        }
    }

    /// How long connections may wait for a sibling, in milliseconds: more than a scheduler needs on a busy machine.
    static let patience: UInt64 = 50
    /// With so many connections more than a sibling, a worker pauses.
    static let step = 2

    /// Since when connections wait for siblings, and what those had accepted then, by slot.
    private var waiting: (since: MonotonicInstant, accepted: [Int: Int])?
    /// What siblings had accepted when they did not come, by slot.
    private var absent: [Int: Int] = [:]

    package init() {}

    /// Whether this worker should leave new connections to its siblings for now.
    ///
    /// - Parameters:
    ///   - mine: The connections that this worker holds.
    ///   - all: All workers that are alive and serve; this one may be among them.
    ///   - isAwaited: Whether a connection waits to be accepted; asked where that matters.
    package mutating func shouldPause(
        mine: Int, all: [Count], isAwaited: () -> Bool, now: MonotonicInstant
    ) -> Bool {
        // Differences of numbers from memory that others write to may be of any size.
        let fewer = all.filter { count in
            let (difference, overflows) = mine.subtractingReportingOverflow(count.connections)
            return !overflows && difference >= Self.step && absent[count.slot] != count.accepted
        }
        guard !fewer.isEmpty else {
            waiting = nil
            return false
        }
        guard let waiting, isAwaited() else {
            waiting = (now, Self.accepted(fewer))
            return true
        }
        guard now.since(waiting.since) >= .milliseconds(Int64(Self.patience)) else { return true }
        // Whoever is new among them has its time from now on.
        let missing = fewer.filter { waiting.accepted[$0.slot] == $0.accepted }
        for count in missing { absent[count.slot] = count.accepted }
        self.waiting = missing.count == fewer.count ? nil : (now, Self.accepted(fewer))
        return missing.count < fewer.count
    }

    private static func accepted(_ counts: [Count]) -> [Int: Int] {
        Dictionary(counts.map { ($0.slot, $0.accepted) }, uniquingKeysWith: { _, last in last })
    }
}
