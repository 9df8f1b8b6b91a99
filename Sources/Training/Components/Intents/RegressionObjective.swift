import ConditionalRandomField
import Glibc

/// How unlikely the examples are to a logistic regression, plus half the squares of its weights (scikit-learn's
/// `LogisticRegression` with C = 1).
///
/// Weights come by row, each row's intercept last: one row for each label, or a single one for two, which is that of
/// the second.
struct RegressionObjective: SearchObjective {
    private let examples: RegressionExamples
    private let ids: [Int]
    /// How much each example counts.
    private let shares: [Double]
    private let rows: Int
    /// Whether intercepts are kept small too.
    private let penalizesIntercepts: Bool

    var count: Int { rows * (examples.columns + 1) }

    init(
        _ examples: RegressionExamples, ids: [Int], shares: [Double], rows: Int, penalizesIntercepts: Bool = false
    ) {
        (self.examples, self.ids, self.shares, self.rows) = (examples, ids, shares, rows)
        self.penalizesIntercepts = penalizesIntercepts
    }

    func evaluate(_ weights: [Double], gradient: inout [Double]) -> Double {
        let (columns, width) = (examples.columns, examples.columns + 1)
        var value = 0.0
        for row in 0..<rows {
            for place in row * width..<(row + 1) * width {
                let isPenalized = penalizesIntercepts || place < row * width + columns
                gradient[place] = isPenalized ? weights[place] : 0
                if isPenalized { value += 0.5 * weights[place] * weights[place] }
            }
        }
        var sums = [Double](repeating: 0, count: rows)
        for example in 0..<examples.count {
            let range = examples.starts[example]..<examples.starts[example + 1]
            for row in 0..<rows {
                var sum = weights[row * width + columns]
                for place in range {
                    sum += weights[row * width + Int(examples.indices[place])] * examples.values[place]
                }
                sums[row] = sum
            }
            value += shares[example] * turnIntoSlopes(&sums, truth: ids[example])
            for row in 0..<rows {
                let slope = shares[example] * sums[row]
                for place in range {
                    gradient[row * width + Int(examples.indices[place])] += slope * examples.values[place]
                }
                gradient[row * width + columns] += slope
            }
        }
        return value
    }

    /// The loss of an example; its sums become the slopes of the loss along them.
    private func turnIntoSlopes(_ sums: inout [Double], truth: Int) -> Double {
        guard rows > 1 else {
            let sum = truth == 1 ? sums[0] : -sums[0]
            let loss = sum > 0 ? log1p(exp(-sum)) : log1p(exp(sum)) - sum
            sums[0] = 1 / (1 + exp(-sums[0])) - (truth == 1 ? 1 : 0)
            return loss
        }
        let highest = sums.max() ?? 0
        let right = sums[truth]
        var whole = 0.0
        for row in 0..<rows {
            sums[row] = exp(sums[row] - highest)
            whole += sums[row]
        }
        for row in 0..<rows { sums[row] /= whole }
        sums[truth] -= 1
        return log(whole) + highest - right
    }
}
