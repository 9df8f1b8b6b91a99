import Histogram

/// The figures of one scenario against one server, as `--json` writes them and the report shows them.
struct RunSummary: Codable, Sendable {
    struct Slice: Codable, Sendable {
        /// Seconds after the start.
        let at: Double
        let completed: Int
        let failures: Int
        let p50: Double
        let p99: Double
    }

    /// A turn that failed, or took a second or longer: when it was due, and when it ended, in seconds after the start.
    struct Trouble: Codable, Sendable {
        let due: Double
        let end: Double

        init(_ span: Span) { (due, end) = (Double(span.due) / 1e9, Double(span.end) / 1e9) }
    }

    let scenario: String
    let target: String
    /// When the first turn could be due, in seconds since 1970.
    let start: Double
    let turns: Int
    let seconds: Double
    /// By the names of outcomes.
    let outcomes: [String: Int]
    let surplus: Int
    /// By the names of channels; those without failures are left out.
    let failuresByChannel: [String: Int]
    /// Failures of turns that were not under way when a worker was killed; nil where none was.
    let failuresOutsideKills: Int?
    /// In ms, by percentile.
    let latency: [String: Double]
    /// The 99th percentile of the first and of the last tenth of the run, in ms.
    let firstTenth: Double
    let lastTenth: Double
    let slices: [Slice]
    let failed: [Trouble]
    let long: [Trouble]
    let disturbances: [Disturbance]
    let audit: Audit?
    /// Cores that the generator itself used.
    let generatorCores: Double
    /// The 99th percentile of how late it was where nothing but itself kept it, in ms.
    let generatorLateness: Double

    static let percentiles: [Double] = [0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100]

    init(
        scenario: Scenario, target: Target, start: Double = 0, duration: Double, tally: Tally,
        failuresByChannel: [String: Int] = [:],
        disturbances: [Disturbance], audit: Audit?, processorTime: ProcessorTime
    ) {
        self.scenario = scenario.rawValue
        self.target = target.name
        self.start = start
        turns = tally.outcomes.count
        seconds = duration
        outcomes = Dictionary(uniqueKeysWithValues: Outcome.allCases.map { ($0.label, tally.count($0)) })
        surplus = tally.surplus
        self.failuresByChannel = failuresByChannel
        failuresOutsideKills = scenario == .kill ? tally.failures(outside: disturbances.map(\.span)) : nil
        latency = Dictionary(
            uniqueKeysWithValues: Self.percentiles.map { (Self.label($0), tally.milliseconds($0)) })
        let tenth = Tally.sliceCount / 10
        firstTenth = tally.milliseconds(99, of: 0..<tenth)
        lastTenth = tally.milliseconds(99, of: Tally.sliceCount - tenth..<Tally.sliceCount)
        slices = tally.slices.enumerated().map { index, slice in
            Slice(
                at: duration * Double(index) / Double(Tally.sliceCount), completed: Int(slice.latency.totalCount),
                failures: slice.failures, p50: Double(slice.latency.valueAtPercentile(50)) / 1000,
                p99: Double(slice.latency.valueAtPercentile(99)) / 1000)
        }
        failed = tally.failed.map(Trouble.init)
        long = tally.long.map(Trouble.init)
        self.disturbances = disturbances
        self.audit = audit
        generatorCores = processorTime.cores
        generatorLateness = Double(tally.lateness.valueAtPercentile(99)) / 1000
    }

    static func label(_ percentile: Double) -> String {
        percentile == percentile.rounded() ? String(Int(percentile)) : String(percentile)
    }

    func percentile(_ percentile: Double) -> Double { latency[Self.label(percentile), default: 0] }

    var failures: Int {
        turns - outcomes[Outcome.completed.label, default: 0]
    }

    /// What keeps these figures from being the server's; nil where nothing does.
    var generatorWarning: String? {
        if generatorCores > 0.8 {
            return "the generator used \(Int(generatorCores * 100)) % of its one core: send less, or run several"
        }
        if generatorLateness > 20 {
            return "the generator came \(Int(generatorLateness)) ms late (p99): the machine has no core for it"
        }
        return nil
    }

    /// Whether every turn had its response, once and in order, as far as the scenario promises it.
    var isClean: Bool {
        (failuresOutsideKills ?? failures) == 0 && (surplus == 0 || scenario == Scenario.kill.rawValue)
            && audit?.isClean ?? true && disturbances.allSatisfy { $0.failure == nil }
    }
}
