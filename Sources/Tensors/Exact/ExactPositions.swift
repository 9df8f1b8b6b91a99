import Glibc

/// The positional encoding as Eigen computes sines and cosines: a reduction to a quarter of π in float, then
/// polynomials.
enum ExactPositions {
    /// The rows of so many positions, row-major.
    static func rows(_ count: Int, units: Int) -> [Float] {
        let frequencies = (0..<units).map { Float(1 / pow(10000, Double(2 * ($0 / 2)) / Double(units))) }
        return (0..<count).flatMap { position in
            frequencies.enumerated().map { feature, frequency in
                value(Float(position) * frequency, isSine: feature.isMultiple(of: 2))
            }
        }
    }

    /// The sine or cosine of an angle that is not negative and small.
    static func value(_ angle: Float, isSine: Bool) -> Float {
        // Adding and taking away 1.5 · 2²³ rounds to a whole number, whose last bits are the quadrant.
        let shifted = angle * 0x1.45f306p-1 + 12_582_912
        let quadrant = shifted.bitPattern & 3
        let turns = shifted - 12_582_912
        var x = angle
        x += turns * -0x1.92p0
        x += turns * -0x1.fb8p-12
        x += turns * 0x1.5dcp-23
        x += turns * 0x1.e973dcp-35
        let square = x * x
        var cosine: Float = 0x1.98e616p-16
        cosine = cosine * square + -0x1.6c06dcp-10
        cosine = cosine * square + 0x1.55553cp-5
        cosine = cosine * square + -0.5
        cosine = cosine * square + 1
        var sine: Float = -0x1.9ae194p-13
        sine = sine * square + 0x1.110ba6p-7
        sine = sine * square + -0x1.55555p-3
        sine = sine * square
        sine = sine * x + x
        let isNegative = (isSine ? quadrant : quadrant + 1) & 2 != 0
        let magnitude = (quadrant & 1 == 0) == isSine ? sine : cosine
        return isNegative ? -magnitude : magnitude
    }
}
