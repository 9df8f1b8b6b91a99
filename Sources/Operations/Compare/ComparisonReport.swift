import ExactText
import JSON
import OrderedCollections

/// What a comparison has found so far.
struct ComparisonReport: Sendable {
    struct Count: Sendable, Hashable {
        var compared = 0
        var differing = 0
        /// The largest difference between confidences.
        var worst = 0.0
    }

    /// How many findings are kept of each route, intent and action, and in all.
    private static let maxAlike = 5
    private static let maxFindings = 200
    private static let maxFailures = 20

    /// Who was compared, for people: `Rasa 3.6.20 at http://…`.
    var against = "the running Rasa"
    var parley = "Parley"
    /// What could not be compared at all, and why.
    var notes: [String] = []
    /// How many plays there were of each kind.
    private(set) var plays: OrderedDictionary<Play.Kind, Count> = [:]
    private(set) var counts: [Tally.Dimension: OrderedDictionary<ExactString, Count>] = [:]
    private(set) var findings: [Finding] = []
    private(set) var failures: [String] = []
    private(set) var failed = 0
    /// Messages that came after the servers went different ways.
    private(set) var left = 0
    private var alike: [ExactString: Int] = [:]

    mutating func add(_ outcome: PlayOutcome, of play: Play) {
        plays[play.kind, default: Count()].compared += 1
        if !outcome.findings.isEmpty { plays[play.kind, default: Count()].differing += 1 }
        for tally in outcome.tallies {
            var count = counts[tally.dimension, default: [:]][tally.name.exact, default: Count()]
            count.compared += 1
            if tally.differs { count.differing += 1 }
            count.worst = max(count.worst, tally.worst)
            counts[tally.dimension, default: [:]][tally.name.exact] = count
        }
        left += outcome.left
        failed += outcome.failures.count
        failures += outcome.failures.prefix(max(0, Self.maxFailures - failures.count))
        for finding in outcome.findings { keep(finding) }
    }

    private mutating func keep(_ finding: Finding) {
        let key = "\(finding.route)\n\(finding.intent ?? "")\n\(finding.action ?? "")".exact
        alike[key, default: 0] += 1
        if alike[key, default: 0] <= Self.maxAlike, findings.count < Self.maxFindings { findings.append(finding) }
    }

    /// Whether anything differs.
    var differs: Bool { plays.values.contains { $0.differing > 0 } }

    /// The counts of a dimension, those with most differences first.
    func rows(_ dimension: Tally.Dimension) -> [(name: String, count: Count)] {
        (counts[dimension] ?? [:]).sorted {
            ($1.value.differing, $0.key) < ($0.value.differing, $1.key)
        }.map { ($0.key.string, $0.value) }
    }

    /// The conclusion in one sentence.
    var conclusion: String {
        let compared = plays.values.reduce(0) { $0 + $1.compared }
        let differing = plays.values.reduce(0) { $0 + $1.differing }
        guard compared > 0 else { return "Nothing was compared." }
        if differing > 0 { return "\(differing) of \(compared) plays differ." }
        return failed == 0 ? "Nothing differs in \(compared) plays." : "Nothing differs in what could be compared."
    }
}
