/// Whether a worker should leave new connections to its siblings for now.
///
/// All workers accept from one socket, and the kernel does not deal evenly. The rule is loose on purpose: it only has
/// to keep long-lived connections from gathering on one worker, and must not slow down traffic with a connection per
/// request, where the counts of a moment say little. Whoever has no more than the mean never pauses, so somebody
/// always accepts.
///
/// - Parameters:
///   - mine: The connections that this worker holds.
///   - all: Those of all workers that are alive and serve, this one included.
public func shouldPauseAccepting(mine: Int, all: [Int]) -> Bool {
    guard all.count > 1 else { return false }
    let total = all.reduce(0, +)
    // mine > mean * 9/8 + 2, without fractions.
    return 8 * all.count * (mine - 2) > 9 * total
}
