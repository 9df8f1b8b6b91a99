import Testing

@testable import Networks

@Suite("How well tags are told")
struct TagScoreTests {
    @Test("F1 leaves out what is no tag")
    func score() {
        var score = TagScore()
        #expect(score.f1 == 0)
        for (predicted, actual): (Int32, Int32) in [(0, 0), (1, 1), (2, 1), (0, 1), (1, 0)] {
            score.add(predicted: predicted, actual: actual)
        }
        // One of three that were told is right, and one of three that there are.
        #expect(abs(score.f1 - 1.0 / 3) < 1e-6)
    }
}
