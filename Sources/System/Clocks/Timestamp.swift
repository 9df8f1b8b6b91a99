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
        var seconds = time_t(seconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.padded(Int($0), 2) }
        text =
            date.map { Self.padded($0, 2) }.joined(separator: "-") + "T" + time.joined(separator: ":") + "."
            + Self.padded(milliseconds, 3) + "Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
