#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The value of the `date` header, made once a second.
package struct HTTPDate {
    private var second = Int.min
    package private(set) var text: [UInt8] = []

    /// No date yet.
    package init() {}

    /// The text for the present second, by the kernel's coarse clock.
    package mutating func current() -> [UInt8] {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        if time.tv_sec != second {
            second = time.tv_sec
            text = HTTPDate.format(second)
        }
        return text
    }

    /// Seconds since 1970 as `Thu, 01 Jan 1970 00:00:00 GMT`.
    package static func format(_ second: Int) -> [UInt8] {
        let days = second.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = civil(days.quotient)
        let weekdays: StaticString = "ThuFriSatSunMonTueWed"
        let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
        var text: [UInt8] = []
        text.reserveCapacity(29)
        func word(_ words: StaticString, _ index: Int) {
            text.append(contentsOf: UnsafeBufferPointer(start: words.utf8Start + 3 * index, count: 3))
        }
        func twoDigits(_ value: Int, _ separator: Unicode.Scalar) {
            text.append(UInt8(ascii: "0") + UInt8(value / 10))
            text.append(UInt8(ascii: "0") + UInt8(value % 10))
            text.append(UInt8(ascii: separator))
        }
        word(weekdays, days.quotient % 7)
        text.append(contentsOf: ", ".utf8)
        twoDigits(day, " ")
        word(months, month - 1)
        text.append(contentsOf: " \(year) ".utf8)
        twoDigits(days.remainder / 3600, ":")
        twoDigits(days.remainder / 60 % 60, ":")
        twoDigits(days.remainder % 60, " ")
        text.append(contentsOf: "GMT".utf8)
        return text
    }

    /// The date of a day counted from 1970-01-01. Years begin in March here, so that the leap day is a year's last.
    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let day = day + 719_468
        let era = day / 146_097
        let ofEra = day % 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * ofYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * march + 2) / 5 + 1)
    }
}
