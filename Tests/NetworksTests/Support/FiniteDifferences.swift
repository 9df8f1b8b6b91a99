/// The derivatives of a function by each of its numbers, from differences.
func differences(of numbers: [Float], step: Float = 0.01, _ function: ([Float]) -> Float) -> [Float] {
    numbers.indices.map { index in
        func value(_ distance: Float) -> Double {
            var moved = numbers
            moved[index] += distance
            return Double(function(moved))
        }
        // Five points, so that the step may be large beside single precision's noise.
        let (h, near, far) = (Double(step), value(step) - value(-step), value(2 * step) - value(-2 * step))
        return Float((8 * near - far) / (12 * h))
    }
}

/// The largest difference of two lists as a share of the second's largest number.
func distance(_ found: [Float], _ wanted: [Float]) -> Float {
    guard found.count == wanted.count else { return .infinity }
    let largest = wanted.map(abs).max() ?? 0
    let apart = zip(found, wanted).map { abs($0 - $1) }.max() ?? 0
    return largest > 0 ? apart / largest : apart
}
