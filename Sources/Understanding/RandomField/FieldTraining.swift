import Glibc

/// Finds the weights of least objective by L-BFGS, or by OWL-QN where the absolute values of weights count, as CRFsuite
/// does: the same steps in the same order, so that it stops at the same weights although it stops before the optimum.
struct FieldTraining {
    /// The factor of the sum of absolute values (`L1_c`).
    var l1 = 0.1
    /// At most so many steps (`max_iterations`).
    var maximumSteps = 50

    /// The steps that are remembered.
    private static let memory = 6
    /// The gradient's length, relative to the point's, at which the search ends.
    private static let gradientTolerance = 1e-5
    /// The search ends where the last so many steps gained less than this share.
    private static let (period, leastGain) = (10, 1e-5)

    private struct Step {
        let moved: [Double]
        let turned: [Double]
        let product: Double
    }

    /// The weights that were found, and the value there.
    func minimize(_ objective: FieldObjective) -> (weights: [Double], value: Double) {
        let count = objective.count
        var point = SearchPoint(count: count)
        point.evaluate(objective, l1)
        guard point.directionalDerivative(l1).length > Self.gradientTolerance else {
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
            if slope.length / max(1, point.weights.length) <= Self.gradientTolerance { break }
            if number >= Self.period, (values[number % Self.period] - point.value) / point.value < Self.leastGain {
                break
            }
            values[number % Self.period] = point.value
            if maximumSteps != 0, maximumSteps < number + 1 { break }
            let moved = zip(point.weights, last.weights).map { $0 - $1 }
            let turned = zip(point.gradient, last.gradient).map { $0 - $1 }
            let product = turned.dot(moved)
            history.append(Step(moved: moved, turned: turned, product: product))
            if history.count > Self.memory { history.removeFirst() }
            number += 1
            direction = Self.direction(slope, history, scale: product / turned.dot(turned))
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
            shares[index] = step.moved.dot(direction) / step.product
            direction.add(-shares[index], step.turned)
        }
        for place in direction.indices { direction[place] *= scale }
        for (index, step) in history.enumerated() {
            direction.add(shares[index] - step.turned.dot(direction) / step.product, step.moved)
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

    mutating func evaluate(_ objective: FieldObjective, _ l1: Double) {
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
