import Histogram

/// What became of the turns of one run.
struct Tally: Sendable {
    /// Turns of one part of the run, by the time at which they came due.
    struct Slice: Sendable {
        var latency = Tally.emptyHistogram
        var failures = 0
    }

    static let sliceCount = 60
    /// In microseconds.
    static var emptyHistogram: Histogram<UInt32> {
        var histogram = Histogram<UInt32>(highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: .three)
        histogram.autoResize = true
        return histogram
    }
    /// More failures than these are counted, but not remembered with their times.
    static let maxFailedSpans = 10_000
    /// Completed turns that took as long are remembered with their times, as many as failures are.
    static let longNanoseconds: Int64 = 1_000_000_000

    /// The length of the whole run, in nanoseconds.
    let duration: Int64
    private(set) var counts: [Outcome: Int] = [:]
    private(set) var latency = emptyHistogram
    private(set) var slices: [Slice]
    private(set) var outcomes: [Outcome?]
    private(set) var failed: [Span] = []
    private(set) var long: [Span] = []
    /// Turns that were sent in a later conversation of their sender, and in which.
    private(set) var renewals: [Int: Int] = [:]
    /// Responses or messages that belong to no turn.
    private(set) var surplus = 0
    /// By how many microseconds the generator itself came late to send a turn.
    private(set) var lateness = emptyHistogram

    init(turns: Int, duration: Double) {
        self.duration = max(1, Int64(duration * 1e9))
        outcomes = Array(repeating: nil, count: turns)
        slices = Array(repeating: Slice(), count: Self.sliceCount)
    }

    mutating func record(_ number: Int, _ outcome: Outcome, _ span: Span) {
        // A turn ends once; what comes for it later is surplus.
        guard outcomes[number] == nil else {
            surplus += 1
            return
        }
        outcomes[number] = outcome
        counts[outcome, default: 0] += 1
        let slice = min(Self.sliceCount - 1, Int(span.due * Int64(Self.sliceCount) / duration))
        guard outcome == .completed else {
            slices[slice].failures += 1
            if failed.count < Self.maxFailedSpans { failed.append(span) }
            return
        }
        if span.end - span.due >= Self.longNanoseconds, long.count < Self.maxFailedSpans { long.append(span) }
        let microseconds = UInt64(max(0, span.end - span.due) / 1000)
        latency.record(microseconds)
        slices[slice].latency.record(microseconds)
    }

    mutating func recordRenewal(_ number: Int, _ renewal: Int) { renewals[number] = renewal }

    mutating func recordSurplus() { surplus += 1 }

    mutating func recordLateness(nanoseconds: Int64) { lateness.record(UInt64(max(0, nanoseconds) / 1000)) }

    func count(_ outcome: Outcome) -> Int { counts[outcome, default: 0] }

    var failures: Int { counts.values.reduce(0, +) - count(.completed) }

    /// Milliseconds within which this share of the completed turns of some slices were completed.
    func milliseconds(_ percentile: Double, of part: Range<Int> = 0..<sliceCount) -> Double {
        var merged = part.count == Self.sliceCount ? latency : Self.emptyHistogram
        if part.count < Self.sliceCount {
            for slice in slices[part] { merged.add(slice.latency) }
        }
        return Double(merged.valueAtPercentile(percentile)) / 1000
    }

    /// How many failed turns were not under way in any of these intervals.
    func failures(outside intervals: [Range<Int64>]) -> Int {
        let explained = failed.count { span in
            intervals.contains { span.sent < $0.upperBound && span.end >= $0.lowerBound }
        }
        return failures - explained
    }
}
