import Foundation
import TestSupport
import Testing

@testable import ConditionalRandomField

@Suite("Forward and backward sums are those over all ways to label a text")
struct FieldLatticeTests {
    @Test(arguments: [(1, 2), (2, 2), (4, 3)])
    func agreesWithAllPaths(words: Int, labels: Int) {
        var random = SeededRandom(seed: UInt64(words * 10 + labels))
        let scores = (0..<words * labels).map { _ in Double.random(in: -2...2, using: &random) }
        let weights = (0..<labels * labels).map { _ in Double.random(in: -2...2, using: &random) }
        var lattice = FieldLattice(labels: labels)
        lattice.prepare(words: words)
        for (place, score) in scores.enumerated() { lattice.add(score, word: place / labels, label: place % labels) }
        let logSum = lattice.run(words: words, factors: weights.map(exp), wantsTransitions: true)

        var (total, marginals) = (0.0, [Double](repeating: 0, count: words * labels))
        var transitions = [Double](repeating: 0, count: labels * labels)
        let ways = (0..<words).reduce(1) { count, _ in count * labels }
        for way in 0..<ways {
            var (rest, path) = (way, [Int]())
            for _ in 0..<words {
                path.append(rest % labels)
                rest /= labels
            }
            var score = 0.0
            for (word, label) in path.enumerated() { score += scores[word * labels + label] }
            for (from, to) in zip(path, path.dropFirst()) { score += weights[from * labels + to] }
            let weight = exp(score)
            total += weight
            for (word, label) in path.enumerated() { marginals[word * labels + label] += weight }
            for (from, to) in zip(path, path.dropFirst()) { transitions[from * labels + to] += weight }
        }
        #expect(abs(logSum - log(total)) < 1e-9)
        for (found, expected) in zip(lattice.marginals, marginals) { #expect(abs(found - expected / total) < 1e-9) }
        for (found, expected) in zip(lattice.transitions, transitions) { #expect(abs(found - expected / total) < 1e-9) }
    }

    @Test("a shorter text after a longer one finds nothing left of it")
    func isPreparedAnew() {
        var lattice = FieldLattice(labels: 2)
        lattice.prepare(words: 3)
        for word in 0..<3 { lattice.add(5, word: word, label: 0) }
        _ = lattice.run(words: 3, factors: [1, 1, 1, 1], wantsTransitions: false)
        lattice.prepare(words: 1)
        let logSum = lattice.run(words: 1, factors: [1, 1, 1, 1], wantsTransitions: false)
        #expect(abs(logSum - log(2)) < 1e-12)
        #expect(lattice.marginals.prefix(2) == [0.5, 0.5])
    }
}
