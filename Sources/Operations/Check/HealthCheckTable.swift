import Prefork

/// The table of `parley check`: a line as soon as a thing was tried, and under it what to change.
struct HealthCheckTable {
    private let parts: Int
    private let places: Int

    init(_ checks: [HealthCheck]) {
        parts = checks.map(\.part.count).max() ?? 0
        places = min(60, checks.map(\.place.count).max() ?? 0)
    }

    func lines(_ outcome: HealthCheckOutcome) -> [String] {
        let check = outcome.check
        let begin = "\(Self.padded(check.part, parts))  \(Self.padded(check.place, places))  "
        switch outcome.result {
        case .success(let note):
            return [begin + "works  \(Self.time(outcome.duration))" + (note.isEmpty ? "" : "  \(note)")]
        case .failure(let failure):
            let lines = [begin + "FAILS  \(Self.time(outcome.duration))", "    found:  \(failure.message)"]
            let isRefused = failure.status == ExitStatus.noPermission
            let advice = isRefused ? check.adviceOnRefusal ?? check.advice : check.advice
            return advice.isEmpty ? lines : lines + ["    change: \(advice)"]
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func time(_ duration: Duration) -> String {
        let milliseconds = Int(duration / .milliseconds(1))
        let text = "\(milliseconds) ms"
        return String(repeating: " ", count: max(0, 8 - text.count)) + text
    }
}
