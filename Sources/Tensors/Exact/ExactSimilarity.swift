extension Matrix {
    /// The inner product of a vector with every row in exact arithmetic: products first, each rounded; then their sum
    /// in vectors of eight, of which four at a time where there are so many, and what is left at the end apart.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if their lengths differ.
    package func exactProducts(with vector: [Float]) throws(TensorError) -> [Float] {
        guard vector.count == columns else { throw DenseLayer.mismatch(found: vector.count, wanted: columns) }
        return (0..<rows).map { Matrix.exactSum(zip(row($0), vector).map(*)) }
    }

    static func exactSum(_ numbers: [Float]) -> Float {
        var parts = [SIMD8<Float>](repeating: .zero, count: 4)
        let fours = numbers.count / 32 * 32
        for start in stride(from: 0, to: fours, by: 8) { parts[start / 8 % 4] += vector(numbers, start) }
        var total = ((parts[0] + parts[1]) + parts[2]) + parts[3]
        let eights = numbers.count / 8 * 8
        for start in stride(from: fours, to: eights, by: 8) { total += vector(numbers, start) }
        let rest = numbers[eights...].reduce(0, +)
        let halves = total.lowHalf + total.highHalf
        return rest + ((halves[0] + halves[2]) + (halves[1] + halves[3]))
    }

    private static func vector(_ numbers: [Float], _ start: Int) -> SIMD8<Float> {
        SIMD8(numbers[start..<start + 8])
    }
}
