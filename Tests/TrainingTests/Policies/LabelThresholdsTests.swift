import Networks
import Testing

@testable import Training

@Suite("Intents have thresholds from which on they are no surprise")
struct LabelThresholdsTests {
    private func examples(_ labels: [[Int32]]) -> [DialogueExample] {
        labels.map { DialogueExample(turns: [0], labels: $0) }
    }

    /// NumPy's `quantile([1, 2, 3, 4, 5], 1 - k / 20, interpolation="lower")` for k from 0 to 19.
    private static let quantiles: [Float] = [5, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1]

    @Test func theyAreQuantilesOfTheOthers() {
        let examples = examples([[0], [1], [1], [1], [1], [1]])
        let thresholds = LabelThresholds(examples, [[9, 0], [3, 0], [1, 0], [5, 0], [2, 0], [4, 0]]).quantiles
        for (found, right) in zip(thresholds[0] ?? [], Self.quantiles) { #expect(abs(found - right) < 1e-4) }
        #expect(thresholds[0]?.count == 20)
    }

    @Test func noneIsAboveAnExampleThatHasTheIntent() {
        let examples = examples([[0], [1], [0, 1]])
        let thresholds = LabelThresholds(examples, [[2.5, 0], [9, 8], [4, 7]]).quantiles
        #expect(thresholds[0]?.allSatisfy { $0 <= 2.5 && $0 > 2.499 } == true)
        // All but one have the other; what is left of the others is below.
        #expect(thresholds[1]?.allSatisfy { abs($0) < 1e-4 } == true)
    }

    @Test func whatAlwaysFollowsHasTheLeastOfAll() {
        let thresholds = LabelThresholds(examples([[0], [0]]), [[3], [2]]).quantiles
        #expect(thresholds[0]?.allSatisfy { $0 <= 2 && $0 > 1.999 } == true)
    }
}
