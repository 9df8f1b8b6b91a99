import Foundation

/// The CPU time of this process and the time that has passed.
struct ProcessorTime: Sendable {
    let used: Double
    let wall: Double

    static func now() -> Self {
        Self(used: seconds(of: CLOCK_PROCESS_CPUTIME_ID), wall: seconds(of: CLOCK_MONOTONIC))
    }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func - (later: Self, earlier: Self) -> Self {
        Self(used: later.used - earlier.used, wall: later.wall - earlier.wall)
    }

    /// Cores in use on average.
    var cores: Double { wall > 0 ? used / wall : 0 }
}
