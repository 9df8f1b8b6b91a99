import Glibc

/// The search along one direction for a point that is low enough.
struct LineSearch {
    let objective: any SearchObjective
    let l1: Double
    let start: SearchPoint
    let direction: [Double]

    /// At most so many points are looked at.
    private static let maximumPoints = 20
    /// The share of what the slope promises that must come true.
    private static let leastDescent = 1e-4
    /// The share of the slope that may be left.
    private static let maxSlope = 0.9
    private static let steps = 1e-20...1e20
    private static let leastWidth = 1e-16

    /// Halves the step until the point is low enough; no weight changes its sign on the way. Nil if none is.
    func backtrack(from length: Double) -> SearchPoint? {
        let slope = start.directionalDerivative(l1)
        var length = length
        var point = start
        for _ in 0..<Self.maximumPoints {
            var promised = 0.0
            for place in slope.indices {
                let orthant = start.weights[place] == 0 ? -slope[place] : start.weights[place]
                let weight = start.weights[place] + length * direction[place]
                point.weights[place] = weight * orthant <= 0 ? 0 : weight
            }
            point.evaluate(objective, l1)
            for place in slope.indices { promised += (point.weights[place] - start.weights[place]) * slope[place] }
            if point.value <= start.value + Self.leastDescent * promised { return point }
            length *= 0.5
        }
        return nil
    }

    /// The search of Moré and Thuente: narrows an interval until the point is low and flat enough. Nil if none is.
    func bracket(from length: Double) -> SearchPoint? {
        let initialSlope = start.gradient.dot(direction)
        guard length > 0, initialSlope <= 0 else { return nil }
        let promised = Self.leastDescent * initialSlope
        var interval = StepInterval(value: start.value, slope: initialSlope)
        var length = length
        var isFirstStage = true
        var failed = false
        var (width, lastWidth) = (Self.steps.upperBound, 2 * Self.steps.upperBound)
        var point = start
        for number in 1... {
            let limits = interval.limits(around: length)
            length = min(max(length, Self.steps.lowerBound), Self.steps.upperBound)
            let isOutside = length <= limits.least || limits.maximum <= length
            let isNarrow = limits.maximum - limits.least <= Self.leastWidth * limits.maximum
            if interval.isBracketed, isOutside || number >= Self.maximumPoints || failed || isNarrow {
                length = interval.best.step
            }
            for place in direction.indices { point.weights[place] = start.weights[place] + length * direction[place] }
            point.evaluate(objective, l1)
            let slope = point.gradient.dot(direction)
            let bound = start.value + length * promised
            let isStuck = length <= limits.least || limits.maximum <= length || failed || isNarrow
            if interval.isBracketed, isStuck { return nil }
            if length == Self.steps.upperBound, point.value <= bound, slope <= promised { return nil }
            if length == Self.steps.lowerBound, bound < point.value || promised <= slope { return nil }
            if number >= Self.maximumPoints { return nil }
            if point.value <= bound, abs(slope) <= Self.maxSlope * -initialSlope { return point }
            if isFirstStage, point.value <= bound, min(Self.leastDescent, Self.maxSlope) * initialSlope <= slope {
                isFirstStage = false
            }
            // In the first stage, what is searched is the function without the descent that is asked of it.
            let tilt = isFirstStage && bound < point.value && point.value <= interval.best.value ? promised : 0
            let trial = StepInterval.End(step: length, value: point.value, slope: slope)
            if let next = interval.narrow(by: trial, tilt: tilt, limits) {
                length = next
            } else {
                failed = true
            }
            if interval.isBracketed {
                if 0.66 * lastWidth <= interval.width { length = interval.middle }
                (lastWidth, width) = (width, interval.width)
            }
        }
        return nil
    }
}
