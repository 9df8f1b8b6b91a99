import Glibc

/// The interval of steps in which the line search of Moré and Thuente looks for a minimum.
struct StepInterval {
    /// A step with the function's value and slope there.
    struct End {
        var step: Double
        var value: Double
        var slope: Double

        /// The same of the function less a line through 0.
        func tilted(_ tilt: Double) -> End { End(step: step, value: value - step * tilt, slope: slope - tilt) }
    }

    /// The lowest point so far.
    private(set) var best: End
    private(set) var other: End
    /// Whether a minimum is known to lie between them.
    private(set) var isBracketed = false

    /// The interval that is only the beginning.
    init(value: Double, slope: Double) {
        best = End(step: 0, value: value, slope: slope)
        other = best
    }

    var width: Double { abs(other.step - best.step) }
    var middle: Double { best.step + 0.5 * (other.step - best.step) }

    /// The steps that come into question.
    func limits(around step: Double) -> (least: Double, maximum: Double) {
        isBracketed
            ? (min(best.step, other.step), max(best.step, other.step)) : (best.step, step + 4 * (step - best.step))
    }

    /// Takes a point into the interval.
    ///
    /// - Returns: The next step to try; nil if the interval has become contradictory.
    mutating func narrow(by trial: End, tilt: Double, _ limits: (least: Double, maximum: Double)) -> Double? {
        var (x, y, t) = (best.tilted(tilt), other.tilted(tilt), trial.tilted(tilt))
        if isBracketed {
            if t.step <= min(x.step, y.step) || max(x.step, y.step) <= t.step { return nil }
            if x.slope * (t.step - x.step) >= 0 || limits.maximum < limits.least { return nil }
        }
        let turns = t.slope * (x.slope / abs(x.slope)) < 0
        var (next, isBound): (Double, Bool)
        if x.value < t.value {
            (isBracketed, isBound) = (true, true)
            let (cubic, square) = (Self.cubic(x, t), Self.square(x, t))
            next = abs(cubic - x.step) < abs(square - x.step) ? cubic : cubic + 0.5 * (square - cubic)
        } else if turns {
            (isBracketed, isBound) = (true, false)
            let (cubic, secant) = (Self.cubic(x, t), Self.secant(x, t))
            next = abs(cubic - t.step) > abs(secant - t.step) ? cubic : secant
        } else if abs(t.slope) < abs(x.slope) {
            isBound = true
            let (cubic, secant) = (Self.cubicBeyond(x, t, limits), Self.secant(x, t))
            let isCubicNearer = abs(t.step - cubic) < abs(t.step - secant)
            next = isBracketed == isCubicNearer ? cubic : secant
        } else {
            isBound = false
            next = isBracketed ? Self.cubic(t, y) : x.step < t.step ? limits.maximum : limits.least
        }
        if x.value < t.value {
            y = t
        } else {
            if turns { y = x }
            x = t
        }
        next = max(min(next, limits.maximum), limits.least)
        if isBracketed, isBound {
            let reach = x.step + 0.66 * (y.step - x.step)
            next = x.step < y.step ? min(next, reach) : max(next, reach)
        }
        (best, other) = (x.tilted(-tilt), y.tilted(-tilt))
        return next
    }

    /// Where the cubic through two points with their slopes is lowest.
    private static func cubic(_ u: End, _ v: End) -> Double {
        let d = v.step - u.step
        let theta = (u.value - v.value) * 3 / d + u.slope + v.slope
        let s = max(abs(theta), abs(u.slope), abs(v.slope))
        let a = theta / s
        var gamma = s * (a * a - (u.slope / s) * (v.slope / s)).squareRoot()
        if v.step < u.step { gamma = -gamma }
        let share = (gamma - u.slope + theta) / (gamma - u.slope + gamma + v.slope)
        return u.step + share * d
    }

    /// The same beyond the second point; a limit where the cubic falls for ever.
    private static func cubicBeyond(_ u: End, _ v: End, _ limits: (least: Double, maximum: Double)) -> Double {
        let d = v.step - u.step
        let theta = (u.value - v.value) * 3 / d + u.slope + v.slope
        let s = max(abs(theta), abs(u.slope), abs(v.slope))
        let a = theta / s
        var gamma = s * max(0, a * a - (u.slope / s) * (v.slope / s)).squareRoot()
        if u.step < v.step { gamma = -gamma }
        let share = (gamma - v.slope + theta) / (gamma - v.slope + gamma + u.slope)
        if share < 0, gamma != 0 { return v.step - share * d }
        return a < 0 ? limits.maximum : limits.least
    }

    /// Where the parabola through two points with the slope of the first is lowest.
    private static func square(_ u: End, _ v: End) -> Double {
        let d = v.step - u.step
        return u.step + u.slope / ((u.value - v.value) / d + u.slope) / 2 * d
    }

    /// Where the line through two slopes is 0.
    private static func secant(_ u: End, _ v: End) -> Double {
        v.step + v.slope / (v.slope - u.slope) * (u.step - v.step)
    }
}
