import CKernels
import Glibc
import TestSupport
import Testing

@Suite("The conditional random field in training")
struct RandomFieldKernelTests {
    /// Sentences with rows between them that belong to none; more of them than a group holds in the last case.
    static let cases: [(tags: Int, lengths: [Int], size: Float)] = [
        (1, [3, 1], 1), (3, [4, 0, 1, 2], 1), (5, [2, 7, 3], 8), (17, [3, 5], 1),
        (4, [1, 2, 3, 4, 5, 0, 4, 3, 2, 1, 1, 2, 3, 4, 5, 6, 5, 4, 3], 2),
    ]

    @Test("losses, and slopes by finite differences", arguments: TrainingLevel.all)
    func field(_ level: TrainingLevel) throws {
        let kernels = try level.kernels
        var numbers = SeededRandom(seed: 1)
        for (tags, lengths, size) in Self.cases {
            let starts = lengths.indices.map { UInt32(lengths[..<$0].reduce(0) { $0 + $1 + 1 }) }
            let rows = lengths.reduce(0) { $0 + $1 + 1 }
            let logits = numbers.floats(rows * tags, -size...size)
            let transitions = numbers.floats(tags * tags, -size...size)
            let gold = (0..<rows).map { _ in Int32.random(in: 0..<Int32(tags), using: &numbers) }
            let weights = numbers.floats(lengths.count)
            func loss(_ sentence: Int, _ logits: [Double], _ transitions: [Double]) -> Double {
                let rows = Int(starts[sentence])..<Int(starts[sentence]) + lengths[sentence]
                return plainLoss(tags, logits, transitions, gold.map(Int.init), rows)
            }

            var exponentials = transitions
            let highest = kernels.crf_exponentials(transitions, tags, &exponentials)
            #expect(highest == transitions.max())
            var losses = [Float](repeating: .nan, count: lengths.count)
            var dlogits = [Float](repeating: 5, count: logits.count)
            var pairs = [Float](repeating: 0, count: tags * tags)
            var dtransitions = transitions
            var scratch = [Float](repeating: .nan, count: parley_crf_scratch(tags, lengths.max() ?? 0))
            transitions.withUnsafeBufferPointer { transitions in
                exponentials.withUnsafeBufferPointer { exponentials in
                    var field = parley_crf(
                        tags: tags, transitions: transitions.baseAddress, exponentials: exponentials.baseAddress,
                        highest: highest)
                    let all = lengths.map(UInt32.init)
                    kernels.crf_losses(
                        &field, logits, gold, starts, all, all.count, &losses, nil, nil, nil, nil, &scratch)
                    let alone = losses
                    kernels.crf_losses(
                        &field, logits, gold, starts, all, all.count, &losses, weights, &dlogits, &pairs,
                        &dtransitions, &scratch)
                    #expect(losses == alone)
                    kernels.crf_gradient(&field, &pairs, &dtransitions)
                }
            }
            #expect(pairs.allSatisfy { $0 == 0 })
            let right = lengths.indices.map { loss($0, logits.doubles, transitions.doubles) }
            #expect(difference(losses, right) < 2e-6)
            func total(_ logits: [Double], _ transitions: [Double]) -> Double {
                lengths.indices.reduce(0) { $0 + Double(weights[$1]) * loss($1, logits, transitions) }
            }
            var slope = slopes(at: logits.doubles) { total($0, transitions.doubles) }
            for sentence in lengths.indices {
                let after = Int(starts[sentence]) + lengths[sentence]
                for place in after * tags..<(after + 1) * tags { slope[place] = 5 }
            }
            #expect(difference(dlogits, slope) < 2e-6)
            let byTransition = slopes(at: transitions.doubles) { total(logits.doubles, $0) }
            #expect(difference(dtransitions, zip(byTransition, transitions).map { $0 + Double($1) }) < 5e-6)
        }
    }

    /// The logarithm of the sum over all paths, less the score of the gold one.
    private func plainLoss(
        _ tags: Int, _ logits: [Double], _ transitions: [Double], _ gold: [Int], _ rows: Range<Int>
    ) -> Double {
        guard let first = rows.first else { return 0 }
        var scores = Array(logits[first * tags..<(first + 1) * tags])
        var path = logits[first * tags + gold[first]]
        for row in rows.dropFirst() {
            scores = (0..<tags).map { to in
                logits[row * tags + to] + logSum((0..<tags).map { scores[$0] + transitions[$0 * tags + to] })
            }
            path += logits[row * tags + gold[row]] + transitions[gold[row - 1] * tags + gold[row]]
        }
        return logSum(scores) - path
    }

    private func logSum(_ scores: [Double]) -> Double {
        let highest = scores.max() ?? 0
        return highest + log(scores.reduce(0) { $0 + exp($1 - highest) })
    }
}
