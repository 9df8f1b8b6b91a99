import CKernels
import Offloading

/// Finds the most probable tags of a sentence (Viterbi) as Rasa's conditional random field layer does.
package struct LinearChainDecoder: Sendable {
    package let tags: Int
    private let transitions: WeightVector

    /// A decoder from `transitions` ([from, to]) of a place such as `crf.entity`.
    ///
    /// - Throws: ``TensorError``; names the tensor if it is missing or not square.
    package init(_ weights: any WeightSource) throws(TensorError) {
        let tensor = try weights.matrix("transitions")
        guard tensor.shape[0] == tensor.shape[1] else {
            throw weights.wrongShape("transitions", tensor, "[tags, tags]")
        }
        tags = tensor.shape[0]
        transitions = try WeightVector(tensor, name: weights.name("transitions"))
    }

    /// The tags of the first `length` rows, with confidences; the rows after them get tag and confidence 0.
    ///
    /// Only the last two confidences belong to their tags. Before them, each is the score at the *confidence* of the
    /// next token cut to an integer: index 0, or 1 where that confidence is exactly 1. This is an oddity of the
    /// original (its recursion over tags is used for scores too) which must be kept to give the same numbers.
    ///
    /// - Parameters:
    ///   - logits: One row per token and, after them, one for the sentence; `tags` columns.
    ///   - length: The number of tokens, at most the number of rows.
    /// - Throws: ``TensorError`` with `.wrongFeatures` if the logits do not fit.
    package func decode(
        _ logits: Matrix, length: Int, using workspace: Workspace
    ) throws(TensorError) -> (tags: [Int], confidences: [Float]) {
        guard logits.columns == tags, length >= 0, length <= logits.rows else {
            throw DenseLayer.mismatch(found: logits.columns, wanted: tags)
        }
        var result = (
            tags: [Int](repeating: 0, count: logits.rows), confidences: [Float](repeating: 0, count: logits.rows)
        )
        guard length > 0 else { return result }
        var state = Array(logits.row(0))
        var back: [[Int]] = []
        var scores: [[Float]] = []
        var column = [Float](repeating: 0, count: tags)
        for step in 1..<length {
            if step % Self.stepsAtOnce == 0 { Checkpoint.yield() }
            var (origins, best) = (Array(repeating: 0, count: tags), Array(repeating: Float(0), count: tags))
            var next = Array(logits.row(step))
            for to in 0..<tags {
                for from in 0..<tags { column[from] = state[from] + transitions.values[from * tags + to] }
                let origin = Self.highest(column)
                origins[to] = origin
                next[to] += column[origin]
                best[to] = Self.shareOfHighest(&column, using: workspace)
            }
            back.append(origins)
            scores.append(best)
            state = next
        }
        let last = Self.highest(state)
        result.tags[length - 1] = last
        result.confidences[length - 1] = Self.shareOfHighest(&state, using: workspace)
        var pointer = last
        for step in stride(from: length - 1, to: 0, by: -1) {
            result.tags[step - 1] = back[step - 1][result.tags[step]]
            let confidence = scores[step - 1][pointer]
            result.confidences[step - 1] = confidence
            // With a single tag there is no index 1; the original then reads the nearest one.
            pointer = min(confidence >= 1 ? 1 : 0, tags - 1)
        }
        return result
    }

    private static let stepsAtOnce = 64

    /// The index of the highest number; the first of equals.
    private static func highest(_ numbers: [Float]) -> Int {
        var best = 0
        for index in numbers.indices where numbers[index] > numbers[best] { best = index }
        return best
    }

    /// The highest number of a softmax.
    private static func shareOfHighest(_ numbers: inout [Float], using workspace: Workspace) -> Float {
        softmax(&numbers, using: workspace)
        return numbers[highest(numbers)]
    }
}
