/// Dates as Rasa reads them and writes them again (Python's `isoformat`).
enum ISODate {
    /// A date in the form in which Python writes it: seconds always, their fraction with six digits unless it is zero,
    /// the distance from UTC in hours and minutes. A text of another form stays as it is.
    static func normalized(_ text: String) -> String {
        guard
            let match = text.wholeMatch(
                of: /(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)? ?(Z|[+-]\d\d:?(?:\d\d)?)?/)
        else { return text }
        let (_, day, minutes, seconds, fraction, zone) = match.output
        var written = "\(day)T\(minutes ?? "00:00"):\(seconds ?? "00")"
        if let fraction, fraction.contains(where: { $0 != "0" }) {
            let digits = fraction.prefix(6)
            written += "." + digits + String(repeating: "0", count: 6 - digits.count)
        }
        if let zone { written += offset(zone) }
        return written
    }

    private static func offset(_ zone: Substring) -> String {
        if zone == "Z" { return "+00:00" }
        let digits = zone.dropFirst().filter { $0 != ":" }
        return "\(zone.prefix(1))\(digits.prefix(2)):\(digits.count > 2 ? digits.suffix(2) : "00")"
    }
}
