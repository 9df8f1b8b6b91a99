/// A point on the monotonic clock, which stands still while the machine is suspended.
public struct Moment: Sendable, Hashable, Comparable {
    /// Milliseconds since an arbitrary start, the same for all processes of one machine.
    public let milliseconds: UInt64

    /// A point so many milliseconds after the clock's start.
    public init(milliseconds: UInt64) {
        self.milliseconds = milliseconds
    }

    /// Orders by time.
    public static func < (left: Moment, right: Moment) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// A later point; a duration below one millisecond adds nothing.
    public static func + (moment: Moment, duration: Duration) -> Moment {
        Moment(milliseconds: moment.milliseconds + duration.wholeMilliseconds)
    }

    /// How much later this is than `earlier`; zero when it is not later at all.
    public func since(_ earlier: Moment) -> Duration {
        .milliseconds(milliseconds > earlier.milliseconds ? Int64(milliseconds - earlier.milliseconds) : 0)
    }
}

extension Duration {
    /// The whole milliseconds of a duration; zero for a negative one.
    public var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        return seconds < 0 ? 0 : UInt64(seconds) * 1000 + UInt64(max(0, attoseconds)) / 1_000_000_000_000_000
    }
}
