import Glibc

/// A point in time as ISO 8601 in UTC, to the millisecond.
package struct Timestamp {
    package let text: String

    /// Now.
    package init() {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        self.init(seconds: now.tv_sec, milliseconds: now.tv_nsec / 1_000_000)
    }

    /// So long after the start of 1970.
    package init(seconds: Int, milliseconds: Int) {
        let digits = String(milliseconds)
        text =
            TimeText.utc(seconds, "%Y-%m-%dT%H:%M:%S.") + String(repeating: "0", count: max(0, 3 - digits.utf8.count))
            + digits + "Z"
    }
}
