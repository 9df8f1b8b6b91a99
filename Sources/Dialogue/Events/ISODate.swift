import System

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A moment in ISO 8601, as Rasa reads and writes the times of reminders.
struct ISODate {
    private var time = tm()
    /// Digits after the seconds' point, at most six.
    private let fraction: Substring
    /// The distance from UTC in minutes; nil where the system's time zone is meant, as in Rasa.
    private let offset: Int?

    /// - Returns: nil for a text of another form, and for a day or time that does not exist.
    init?(_ text: String) {
        let form =
            /(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)? ?(?:(Z)|([+-])(\d\d):?(\d\d)?)?/
        guard let parts = text.wholeMatch(of: form)?.output else { return nil }
        func number(_ text: Substring?) -> Int32 { text.flatMap { Int32($0) } ?? 0 }
        time.tm_year = number(parts.1) - 1900
        time.tm_mon = number(parts.2) - 1
        time.tm_mday = number(parts.3)
        time.tm_hour = number(parts.4)
        time.tm_min = number(parts.5)
        time.tm_sec = number(parts.6)
        fraction = parts.7?.prefix(6) ?? ""
        if let sign = parts.9 {
            let minutes = Int(number(parts.10) * 60 + number(parts.11))
            guard minutes < 24 * 60 else { return nil }
            offset = sign == "-" ? -minutes : minutes
        } else {
            offset = parts.8 == nil ? nil : 0
        }
        // The calendar moves what does not exist to a later day or hour.
        var real = time
        _ = timegm(&real)
        guard real.tm_mon == time.tm_mon, real.tm_mday == time.tm_mday,
            real.tm_hour == time.tm_hour, real.tm_min == time.tm_min, real.tm_sec == time.tm_sec
        else { return nil }
    }

    /// As Python writes it (`isoformat`): seconds always, their fraction with six digits unless it is zero, the
    /// distance from UTC in hours and minutes.
    package var text: String {
        let date = "\((time.tm_year + 1900).padded(4))-\((time.tm_mon + 1).padded(2))-\(time.tm_mday.padded(2))"
        var text = "\(date)T\(time.tm_hour.padded(2)):\(time.tm_min.padded(2)):\(time.tm_sec.padded(2))"
        if fraction.contains(where: { $0 != "0" }) {
            text += ".\(fraction)" + String(repeating: "0", count: 6 - fraction.count)
        }
        if let offset {
            let minutes = abs(offset)
            text += "\(offset < 0 ? "-" : "+")\((minutes / 60).padded(2)):\((minutes % 60).padded(2))"
        }
        return text
    }

    /// Seconds since 1970.
    var seconds: Double {
        var time = time
        time.tm_isdst = -1
        let whole = offset.map { timegm(&time) - $0 * 60 } ?? mktime(&time)
        return Double(whole) + (Double("0.\(fraction)0") ?? 0)
    }
}
