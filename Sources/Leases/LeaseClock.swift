import Glibc

/// The clocks of leases, in microseconds.
enum LeaseClock {
    /// Time since the machine started, which goes on while it sleeps: after waking up, leases have run out.
    static func sinceBoot() -> Int { read(CLOCK_BOOTTIME) }

    /// Time since 1970.
    static func since1970() -> Int { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}
