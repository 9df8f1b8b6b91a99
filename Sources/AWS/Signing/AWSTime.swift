import Glibc
import System

/// A time as signatures have it: `20150830T123600Z`.
package struct AWSTime: Sendable, Hashable {
    /// Date and time.
    package let text: String

    /// The date alone: `20150830`.
    package var date: String { String(text.prefix(8)) }

    package init(secondsSince1970 seconds: Int) {
        text = TimeText.utc(seconds, "%Y%m%dT%H%M%SZ")
    }

    package static var now: AWSTime { AWSTime(secondsSince1970: time(nil)) }
}
