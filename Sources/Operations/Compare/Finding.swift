/// A request, or a step of a conversation, in which the servers do not agree.
struct Finding: Sendable, Hashable {
    let kind: Play.Kind
    /// The name of the play.
    let play: String
    let route: String
    /// What the user says.
    let says: String
    let intent: String?
    let action: String?
    let differences: [Difference]
}

/// What is counted, and whether it differs.
struct Tally: Sendable, Hashable {
    enum Dimension: Sendable, Hashable { case route, intent, action }

    let dimension: Dimension
    let name: String
    let differs: Bool
    /// The largest difference between confidences.
    let worst: Double
}

/// What the comparison of one play gave.
struct PlayOutcome: Sendable, Hashable {
    var tallies: [Tally] = []
    var findings: [Finding] = []
    /// Messages that were not compared, as they come after the servers went different ways.
    var left = 0
    /// Why requests could not be compared.
    var failures: [String] = []

    mutating func count(_ dimension: Tally.Dimension, _ name: String?, differs: Bool, worst: Double = 0) {
        guard let name else { return }
        tallies.append(Tally(dimension: dimension, name: name, differs: differs, worst: worst))
    }
}
