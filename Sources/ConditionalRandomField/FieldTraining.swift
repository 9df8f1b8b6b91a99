import Glibc

/// Finds the weights of least objective by L-BFGS, or by OWL-QN where the absolute values of weights count, as CRFsuite
/// does: the same steps in the same order, so that it stops at the same weights although it stops before the optimum.
package struct FieldTraining {
    /// The factor of the sum of absolute values (`L1_c`).
    let l1: Double
    /// At most so many steps (`max_iterations`).
    let maxSteps: Int
    /// The gradient's length, relative to the point's, at which the search ends.
    let gradientTolerance: Double
    /// The search ends where the last steps gained less than this share.
    let leastGain: Double
    /// The steps that are remembered.
    let memory: Int

    /// A training with the values of sklearn-crfsuite where nothing else is said.
    package init(
        l1: Double = 0.1, maxSteps: Int = 50, gradientTolerance: Double = 1e-5, leastGain: Double = 1e-5,
        memory: Int = 6
    ) {
        self.memory = memory
        self.l1 = l1
        self.maxSteps = maxSteps
        self.gradientTolerance = gradientTolerance
        self.leastGain = leastGain
    }

    /// Over how many steps a gain is looked at.
    private static let period = 10

    private struct Step {
        let s: [Double]
        let y: [Double]
        let product: Double
    }

    /// The weights that were found, and the value there.
    package func minimize(_ objective: some SearchObjective) -> (weights: [Double], value: Double) {
        let count = objective.count
        var point = SearchPoint(count: count)
        point.evaluate(objective, l1)
        guard point.directionalDerivative(l1).length > gradientTolerance else {
            return (point.weights, point.value)
        }
        var direction = point.directionalDerivative(l1).map { -$0 }
        var history: [Step] = []
        var values = [Double](repeating: 0, count: Self.period)
        values[0] = point.value
        var stepLength = 1 / direction.length
        var number = 1
        while true {
            let search = LineSearch(objective: objective, l1: l1, start: point, direction: direction)
            guard let next = l1 > 0 ? search.backtrack(from: stepLength) : search.bracket(from: stepLength)
            else {
                return (point.weights, point.value)
            }
            let last = point
            point = next
            let slope = point.directionalDerivative(l1)
            if slope.length / max(1, point.weights.length) <= gradientTolerance { break }
            if number >= Self.period, (values[number % Self.period] - point.value) / point.value < leastGain {
                break
            }
            values[number % Self.period] = point.value
            if maxSteps != 0, maxSteps < number + 1 { break }
            let s = zip(point.weights, last.weights).map { $0 - $1 }
            let y = zip(point.gradient, last.gradient).map { $0 - $1 }
            let product = y.dot(s)
            history.append(Step(s: s, y: y, product: product))
            if history.count > memory { history.removeFirst() }
            number += 1
            direction = Self.direction(slope, history, scale: product / y.dot(y))
            if l1 > 0 {
                for place in 0..<count where direction[place] * slope[place] >= 0 { direction[place] = 0 }
            }
            stepLength = 1
        }
        return (point.weights, point.value)
    }

    /// The steepest way down, bent by what the last steps tell about the curvature.
    private static func direction(_ slope: [Double], _ history: [Step], scale: Double) -> [Double] {
        var direction = slope.map { -$0 }
        var shares = [Double](repeating: 0, count: history.count)
        for (index, step) in history.enumerated().reversed() {
            shares[index] = step.s.dot(direction) / step.product
            direction.add(-shares[index], step.y)
        }
        for place in direction.indices { direction[place] *= scale }
        for (index, step) in history.enumerated() {
            direction.add(shares[index] - step.y.dot(direction) / step.product, step.s)
        }
        return direction
    }
}

/// Weights with the value of the objective and its gradient there.
struct SearchPoint {
    var weights: [Double]
    private(set) var gradient: [Double]
    /// With the sum of absolute values.
    private(set) var value = 0.0

    /// The point where all weights are 0.
    init(count: Int) {
        weights = Array(repeating: 0, count: count)
        gradient = weights
    }

    mutating func evaluate(_ objective: any SearchObjective, _ l1: Double) {
        value = objective.evaluate(weights, gradient: &gradient)
        guard l1 > 0 else { return }
        var sum = 0.0
        for weight in weights { sum += abs(weight) }
        value += sum * l1
    }

    /// The gradient; of the absolute values, which have none at 0, the part that leads down from there.
    func directionalDerivative(_ l1: Double) -> [Double] {
        guard l1 > 0 else { return gradient }
        var slope = gradient
        for place in slope.indices {
            if weights[place] < 0 {
                slope[place] -= l1
            } else if weights[place] > 0 {
                slope[place] += l1
            } else if slope[place] < -l1 {
                slope[place] += l1
            } else if slope[place] > l1 {
                slope[place] -= l1
            } else {
                slope[place] = 0
            }
        }
        return slope
    }
}

extension [Double] {
    func dot(_ other: [Double]) -> Double {
        var sum = 0.0
        for place in indices { sum += self[place] * other[place] }
        return sum
    }

    var length: Double { dot(self).squareRoot() }

    mutating func add(_ factor: Double, _ other: [Double]) {
        for place in indices { self[place] += factor * other[place] }
    }
}
