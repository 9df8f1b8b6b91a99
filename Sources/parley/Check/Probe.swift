import Prefork

/// One thing that `parley check` tries.
struct Probe: Sendable {
    /// The part of the configuration, such as `tracker_store`.
    let part: String
    /// What it says: kind and place, without secrets.
    let place: String
    /// What to look at when it does not work.
    let advice: String
    /// Tries it; says what was found, or nothing.
    let attempt: @Sendable () async throws -> String

    /// Tries it for no longer than this.
    func outcome(within limit: Duration) async -> ProbeOutcome {
        let clock = ContinuousClock()
        let begin = clock.now
        do {
            let note = try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask { try await attempt() }
                group.addTask {
                    try await Task.sleep(for: limit)
                    throw BootFailure(
                        "no answer within \(limit.components.seconds) seconds", status: ExitStatus.unavailable)
                }
                defer { group.cancelAll() }
                return try await group.next() ?? ""
            }
            return ProbeOutcome(probe: self, duration: clock.now - begin, result: .success(note))
        } catch {
            let failure = error as? BootFailure ?? BootFailure("\(error)", status: ExitStatus.unavailable)
            return ProbeOutcome(probe: self, duration: clock.now - begin, result: .failure(failure))
        }
    }
}

/// What became of a probe.
struct ProbeOutcome: Sendable {
    let probe: Probe
    let duration: Duration
    /// What was found, or why it does not work.
    let result: Result<String, BootFailure>

    var works: Bool {
        if case .success = result { true } else { false }
    }
}
