import ExactText

/// Texts that are moments: what an extractor makes of "in an hour" depends on when it was asked.
enum Moments {
    /// How many seconds two servers may be apart.
    private static let maxSeconds = 120

    /// Whether both are moments in ISO 8601, of one form and zone, that are less than two minutes apart.
    static func areClose(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count, let left = Moment(one), let right = Moment(other) else {
            return false
        }
        return left.zone.exact == right.zone.exact && left.day.exact == right.day.exact
            && abs(left.seconds - right.seconds) <= maxSeconds
    }

    private struct Moment {
        let day: Substring
        /// Since midnight; a comparison over midnight shows a difference, which the next one does not.
        let seconds: Int
        let zone: Substring

        init?(_ text: String) {
            let form = #/(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?/#
            guard text.utf8.count <= 40, let parts = text.wholeMatch(of: form)?.output, let hours = Int(parts.2),
                let minutes = Int(parts.3), let seconds = Int(parts.4)
            else { return nil }
            day = parts.1
            self.seconds = (hours * 60 + minutes) * 60 + seconds
            zone = parts.5 ?? ""
        }
    }
}
