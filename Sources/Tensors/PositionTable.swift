import Glibc

/// The sinusoidal positional encoding of transformers: sine at even, cosine at odd features, interleaved.
///
/// Row `p` holds `sin(p · w)` and `cos(p · w)` with `w = 10000^(−2⌊i/2⌋ / units)`. Rows are computed when first asked
/// for.
final class PositionTable {
    private let frequencies: [Double]
    private var values: UnsafeMutableBufferPointer<Float>
    private var rows = 0

    init(units: Int) {
        frequencies = (0..<units).map { pow(10000, -Double(2 * ($0 / 2)) / Double(units)) }
        values = .allocate(capacity: 0)
    }

    deinit { values.deallocate() }

    /// At least `count` rows; the pointer is valid until more are asked for.
    func values(rows count: Int) -> UnsafePointer<Float> {
        let units = frequencies.count
        if values.count < count * units || values.isEmpty {
            let larger = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(count, 2 * rows, 16) * max(units, 1))
            _ = larger.update(fromContentsOf: values.prefix(rows * units))
            values.deallocate()
            values = larger
        }
        while rows < count {
            for (feature, frequency) in frequencies.enumerated() {
                let angle = Double(rows) * frequency
                values[rows * units + feature] = Float(feature.isMultiple(of: 2) ? sin(angle) : cos(angle))
            }
            rows += 1
        }
        return UnsafePointer(values.baseAddress.unsafelyUnwrapped)
    }
}
