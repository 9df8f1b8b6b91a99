import ExactText

/// What a position remembers of the last event.
struct MongoDigest {
    /// Its time; nil where it has none.
    var time: Double?
    /// The conversation's generation; empty where Rasa began it.
    var generation: String

    init(time: Double?, generation: String) { (self.time, self.generation) = (time, generation) }

    init(_ text: String) {
        let parts = text.exact.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(time: parts.first.flatMap { Double($0) }, generation: parts.count > 1 ? String(parts[1]) : "")
    }

    var text: String { (time.map { "\($0)" } ?? "") + "/" + generation }
}
