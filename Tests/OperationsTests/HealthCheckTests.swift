import Prefork
import Testing

@testable import Operations

@Suite("What parley check tries, and the table that it prints")
struct HealthCheckTests {
    private func check(
        _ part: String, _ place: String, advice: String = "", onRefusal: String? = nil, isPatient: Bool = false,
        _ attempt: @escaping @Sendable () async throws -> String = { "" }
    ) -> HealthCheck {
        HealthCheck(
            part: part, place: place, advice: advice, onRefusal: onRefusal, isPatient: isPatient, attempt: attempt)
    }

    private func line(_ check: HealthCheck, _ result: Result<String, BootFailure>) -> [String] {
        HealthCheckTable([check, self.check("tracker_store", "Redis")])
            .lines(HealthCheckOutcome(check: check, duration: .milliseconds(7), result: result))
    }

    @Test("columns are as wide as the widest; a note follows")
    func success() {
        #expect(line(check("nlg", "http://a"), .success("")) == ["nlg            http://a  works      7 ms"])
        #expect(line(check("nlg", "x"), .success("ok")) == ["nlg            x      works      7 ms  ok"])
    }

    @Test("a failure is followed by what was found and what to change, which is another thing after a refusal")
    func failure() {
        let tried = check("nlg", "x", advice: "the url", onRefusal: "the token")
        let away = line(tried, .failure(BootFailure("gone", status: ExitStatus.unavailable)))
        #expect(away.dropFirst() == ["    found:  gone", "    change: the url"])
        let refused = line(tried, .failure(BootFailure("no", status: ExitStatus.noPermission)))
        #expect(refused.last == "    change: the token")
        let silent = line(check("nlg", "x"), .failure(BootFailure("gone", status: ExitStatus.unavailable)))
        #expect(silent.count == 2)
    }

    @Test("an attempt that never ends is left after its time, and one that is patient is not")
    func time() async {
        let endless = check("a", "b") {
            try await Task.sleep(for: .seconds(3600))
            return ""
        }
        let outcome = await endless.outcome(within: .milliseconds(10))
        #expect(!outcome.works)
        let patient = check("a", "b", isPatient: true) { "found" }
        let found = await patient.outcome(within: .zero)
        #expect(found.works)
        let failing = check("a", "b") { throw CancellationError() }
        #expect(await !failing.outcome(within: .seconds(600)).works)
    }
}
