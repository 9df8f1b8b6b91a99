import Prefork
import Synchronization

/// One thing that `parley check` tries.
struct HealthCheck: Sendable {
    /// The part of the configuration, such as `tracker_store`.
    let part: String
    /// What it says: kind and place, without secrets.
    let place: String
    /// What to look at when it does not work.
    let advice: String
    /// What to look at when somebody is there and refuses (`ExitStatus.noPermission`); nil for the same.
    let adviceOnRefusal: String?
    /// Tries it; says what was found, or nothing.
    let attempt: @Sendable () async throws -> String

    /// Whether it may take as long as it needs, as it downloads or unpacks much.
    let isPatient: Bool

    init(
        part: String, place: String, advice: String, onRefusal: String? = nil, isPatient: Bool = false,
        attempt: @escaping @Sendable () async throws -> String
    ) {
        self.part = part
        self.place = place
        self.advice = advice
        adviceOnRefusal = onRefusal
        self.isPatient = isPatient
        self.attempt = attempt
    }

    /// Tries it for no longer than this, unless it is patient. A try that blocks is left behind.
    func outcome(within limit: Duration) async -> HealthCheckOutcome {
        let clock = ContinuousClock()
        let begin = clock.now
        let result = await withCheckedContinuation { continuation in
            let end = FirstOnly { continuation.resume(returning: $0) }
            let trial = Task {
                do {
                    end(.success(try await attempt()))
                } catch {
                    end(.failure(error as? BootFailure ?? BootFailure("\(error)", status: ExitStatus.unavailable)))
                }
            }
            guard !isPatient else { return }
            Task {
                try? await Task.sleep(for: limit)
                trial.cancel()
                end(
                    .failure(
                        BootFailure(
                            "no response within \(limit.components.seconds) seconds", status: ExitStatus.unavailable)))
            }
        }
        return HealthCheckOutcome(check: self, duration: clock.now - begin, result: result)
    }
}

/// Passes on the first of several results.
private final class FirstOnly: Sendable {
    private let take: Mutex<(@Sendable (Result<String, BootFailure>) -> Void)?>

    init(_ take: @escaping @Sendable (Result<String, BootFailure>) -> Void) { self.take = Mutex(take) }

    func callAsFunction(_ result: Result<String, BootFailure>) {
        take.withLock { take in
            defer { take = nil }
            return take
        }?(result)
    }
}

struct HealthCheckOutcome: Sendable {
    let check: HealthCheck
    let duration: Duration
    /// What was found, or why it does not work.
    let result: Result<String, BootFailure>

    var works: Bool { if case .success = result { true } else { false } }
}
