/// A point on the monotonic clock, which stands still while the machine is suspended.
package struct MonotonicInstant: Sendable, Hashable, Comparable {
    /// Milliseconds since an arbitrary start, the same for all processes of one machine.
    package let milliseconds: UInt64

    package init(milliseconds: UInt64) { self.milliseconds = milliseconds }

    package static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// A later point; a duration below one millisecond adds nothing.
    package static func + (instant: MonotonicInstant, duration: Duration) -> MonotonicInstant {
        let (sum, overflow) = instant.milliseconds.addingReportingOverflow(duration.wholeMilliseconds)
        return MonotonicInstant(milliseconds: overflow ? .max : sum)
    }

    /// How much later this is than `earlier`; zero when it is not later at all.
    package func since(_ earlier: MonotonicInstant) -> Duration {
        .milliseconds(milliseconds > earlier.milliseconds ? Int64(clamping: milliseconds - earlier.milliseconds) : 0)
    }
}

extension Duration {
    /// The whole milliseconds of a duration; zero for a negative one.
    package var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = UInt64(clamping: seconds).multipliedReportingOverflow(by: 1000)
        return overflow ? .max : whole &+ UInt64(clamping: attoseconds) / 1_000_000_000_000_000
    }
}
