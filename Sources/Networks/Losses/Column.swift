import Glibc

/// Where an example's similarities stand: first that of input and label, then those of (input, other labels), (input's
/// label, other inputs), (input, other inputs) and (label, other labels).
struct Column {
    let negatives: Int

    var inputLabel: Int { 1 }
    var labelInput: Int { 1 + negatives }
    var inputInput: Int { 1 + 2 * negatives }
    var labelLabel: Int { 1 + 3 * negatives }
    var count: Int { 1 + 4 * negatives }

    /// Whether no negative label is more similar to the input than its own.
    func isRight(_ similarities: UnsafePointer<Float>) -> Bool {
        for index in inputLabel..<labelInput where similarities[index] > similarities[0] { return false }
        return true
    }

    /// Cross entropy of an example; its similarities become the derivatives by them.
    func crossEntropy(_ similarities: UnsafeMutablePointer<Float>, isConstrained: Bool) -> Float {
        // Similarities of one side are among the alternatives only where nothing else bounds them.
        let alternatives = isConstrained ? inputInput : count
        let own = similarities[0]
        var highest = own
        for index in 1..<alternatives { highest = max(highest, similarities[index]) }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: alternatives) { shares in
            var sum: Float = 0
            for index in 0..<alternatives {
                let x = similarities[index]
                shares[index] = isSame(x) ? 0 : exp(x - highest)
                sum += shares[index]
            }
            let bounded = isConstrained ? bound(similarities) : 0
            if !isConstrained { for index in 0..<count { similarities[index] = 0 } }
            for index in 0..<alternatives { similarities[index] += shares[index] / sum }
            similarities[0] -= 1
            return log(sum) + highest - own + bounded
        }
    }

    /// The mean sigmoid cross entropy of all similarities, which become the derivatives by them.
    private func bound(_ similarities: UnsafeMutablePointer<Float>) -> Float {
        let share = 1 / Float(count)
        // Of a product of factors from 1 to 2 one logarithm is enough, some at a time so that it stays finite.
        var (loss, product): (Float, Float) = (0, 1)
        for index in 0..<count {
            let (x, target): (Float, Float) = (similarities[index], index == 0 ? 1 : 0)
            guard !isSame(x) else {
                similarities[index] = 0
                continue
            }
            let small = exp(-abs(x))
            loss += max(x, 0) - x * target
            product *= 1 + small
            if product > 0x1p100 {
                loss += log(product)
                product = 1
            }
            similarities[index] = share * ((x >= 0 ? 1 : small) / (1 + small) - target)
        }
        return share * (loss + log(product))
    }

    /// Whether a similarity is that of a negative of the same label, which says nothing.
    private func isSame(_ similarity: Float) -> Bool { similarity < -0.5e9 }

    /// Margin loss of an example; its similarities become the derivatives by them.
    func margin(_ similarities: UnsafeMutablePointer<Float>, _ bounds: MarginOptions) -> Float {
        var loss = max(0, bounds.positive - similarities[0])
        similarities[0] = bounds.positive - similarities[0] > 0 ? -1 : 0
        if bounds.usesMaximum {
            loss += highest(similarities, inputLabel..<labelInput, bounds.negative, weight: 1)
        } else {
            for index in inputLabel..<labelInput {
                let above = bounds.negative + similarities[index]
                loss += max(0, above)
                similarities[index] = above > 0 ? 1 : 0
            }
        }
        for first in [labelLabel, inputInput, labelInput] {
            loss += highest(similarities, first..<first + negatives, bounds.negative, weight: bounds.scale)
        }
        return loss
    }

    /// What the highest similarities are above the bound; equals share the derivative.
    private func highest(
        _ similarities: UnsafeMutablePointer<Float>, _ range: Range<Int>, _ bound: Float, weight: Float
    ) -> Float {
        var highest = -Float.infinity
        for index in range { highest = max(highest, similarities[index]) }
        let above = bound + highest
        var equals: Float = 0
        for index in range where similarities[index] == highest { equals += 1 }
        for index in range {
            similarities[index] = above > 0 && similarities[index] == highest ? weight / equals : 0
        }
        return max(0, above) * weight
    }
}
