import Glibc

/// Times as text by a format of `strftime`. Parley sets no locale, so names of days and months are English.
package enum TimeText {
    /// A time so many seconds after the start of 1970, in UTC.
    package static func utc(_ seconds: Int, _ format: String) -> String {
        text(seconds, format) { gmtime_r($0, $1) }
    }

    /// The same in the time zone of this machine.
    package static func local(_ seconds: Int, _ format: String) -> String {
        text(seconds, format) { localtime_r($0, $1) }
    }

    /// The form of RFC 9110, 5.6.7: `Thu, 01 Jan 1970 00:00:00 GMT`.
    package static func http(_ seconds: Int) -> String { utc(seconds, "%a, %d %b %Y %H:%M:%S GMT") }

    private static func text(
        _ seconds: Int, _ format: String, _ split: (UnsafePointer<time_t>, UnsafeMutablePointer<tm>) -> Void
    ) -> String {
        var seconds = time_t(seconds)
        var parts = tm()
        split(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 64)
        strftime(&buffer, buffer.count, format, &parts)
        return String(cBuffer: buffer)
    }
}
