import Testing

@testable import ConditionalRandomField

@Suite("The interval of a line search closes in on the minimum")
struct StepIntervalTests {
    /// (s - 3)² + 1 and its slope.
    private func point(_ step: Double) -> StepInterval.End {
        .init(step: step, value: (step - 3) * (step - 3) + 1, slope: 2 * (step - 3))
    }

    @Test("of a parabola at once, where a step goes too far")
    func parabola() throws {
        var interval = StepInterval(value: 10, slope: -6)
        #expect(!interval.isBracketed)
        let step = interval.narrow(by: point(10), tilt: 0, (0, 40))
        let next = try #require(step)
        #expect(interval.isBracketed)
        #expect(abs(next - 3) < 1e-9)
        #expect(interval.best.step == 0 && interval.other.step == 10 && interval.width == 10 && interval.middle == 5)
    }

    @Test("by growing while it still goes down")
    func growth() throws {
        var interval = StepInterval(value: 10, slope: -6)
        let limits = interval.limits(around: 1)
        #expect(limits.least == 0 && limits.maximum == 5)
        let step = interval.narrow(by: point(1), tilt: 0, limits)
        let next = try #require(step)
        #expect(!interval.isBracketed && interval.best.step == 1 && next > 1 && next <= 5)
    }

    @Test("and is contradictory where a step lies outside")
    func outside() {
        var interval = StepInterval(value: 10, slope: -6)
        _ = interval.narrow(by: point(10), tilt: 0, (0, 40))
        let step = interval.narrow(by: point(12), tilt: 0, (0, 10))
        #expect(step == nil)
    }
}
