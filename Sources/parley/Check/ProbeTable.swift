import Prefork

/// The table of `parley check`: a line as soon as a thing was tried, and under it what to change.
struct ProbeTable {
    private let parts: Int
    private let places: Int

    /// A table with room for these.
    init(_ probes: [HealthCheck]) {
        parts = probes.map(\.part.count).max() ?? 0
        places = min(60, probes.map(\.place.count).max() ?? 0)
    }

    /// The lines of one outcome.
    func lines(_ outcome: ProbeOutcome) -> [String] {
        let probe = outcome.probe
        let begin = "\(Self.padded(probe.part, parts))  \(Self.padded(probe.place, places))  "
        switch outcome.result {
        case .success(let note):
            return [begin + "works  \(Self.time(outcome.duration))" + (note.isEmpty ? "" : "  \(note)")]
        case .failure(let failure):
            let lines = [begin + "FAILS  \(Self.time(outcome.duration))", "    found:  \(failure.message)"]
            let isRefused = failure.status == ExitStatus.noPermission
            let advice = isRefused ? probe.adviceOnRefusal ?? probe.advice : probe.advice
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
