import Foundation

/// How long a test waits for what has to happen: a loaded machine may be slow, and only what never happens takes so
/// long.
private let patience = 600.0

/// Waits until something is so, and says whether it is.
package func eventually(within seconds: Double? = nil, _ condition: () throws -> Bool) rethrows -> Bool {
    let limit = ContinuousClock.now + .seconds(seconds ?? patience)
    while try !condition() {
        guard ContinuousClock.now < limit else { return false }
        usleep(5000)
    }
    return true
}

/// Waits until something is so, and says whether it is.
package func eventually(
    within seconds: Double? = nil, isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws -> Bool {
    let limit = ContinuousClock.now + .seconds(seconds ?? patience)
    while try await !condition() {
        guard ContinuousClock.now < limit else { return false }
        try await Task.sleep(for: .milliseconds(5))
    }
    return true
}
