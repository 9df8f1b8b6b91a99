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
package func shouldPauseAccepting(mine: Int, all: [Int]) -> Bool {
    guard all.count > 1 else { return false }
    // As fractions: the numbers come from memory that others write to, and products of theirs may be of any size.
    let mean = all.reduce(0.0) { $0 + Double($1) } / Double(all.count)
    return Double(mine) > mean * 9 / 8 + 2
}
