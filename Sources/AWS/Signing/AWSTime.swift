import Encodings
import Glibc
import System

/// A time as signatures have it: `20150830T123600Z`.
package struct AWSTime: Sendable, Hashable {
    /// Date and time.
    package let text: String

    /// The date alone: `20150830`.
    package var date: String { String(text.prefix(8)) }

    /// The time so many seconds after 1970.
    package init(secondsSince1970 seconds: Int) {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        var bytes = [CChar](repeating: 0, count: 32)
        strftime(&bytes, bytes.count, "%Y%m%dT%H%M%SZ", &parts)
        text = String(cBuffer: bytes)
    }

    /// The time that the clock shows.
    package static var now: AWSTime { AWSTime(secondsSince1970: time(nil)) }
}
