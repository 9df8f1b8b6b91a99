import CKernels
import TestSupport
import Testing

let lanes = Int(PARLEY_LANES)

/// A level of instructions that this processor offers.
struct TrainingLevel: Sendable, CustomTestStringConvertible {
    let number: Int32

    static let all = (0..<3).filter { parley_training_kernels_at($0) != nil }.map(TrainingLevel.init)

    var kernels: parley_training_kernels {
        get throws { try #require(parley_training_kernels_at(number)).pointee }
    }
    var testDescription: String { ["portable", "AVX2", "AVX-512"][Int(number)] }
}

extension SeededRandom {
    mutating func floats(_ count: Int, _ range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }

    /// Panels of gradients: zeros beyond the last row.
    mutating func panels(rows: Int, features: Int) -> [Float] {
        var panels = floats(panelCount(rows) * features * lanes)
        for row in rows..<panelCount(rows) * lanes {
            for feature in 0..<features { panels[place(row, feature, of: features)] = 0 }
        }
        return panels
    }
}

func panelCount(_ rows: Int) -> Int { (rows + lanes - 1) / lanes }

func place(_ row: Int, _ feature: Int, of features: Int) -> Int {
    (row / lanes * features + feature) * lanes + row % lanes
}

/// The largest difference, as a share of the largest number or 1.
func difference(_ found: [Float], _ right: [Double]) -> Double {
    guard found.count == right.count else { return .infinity }
    let largest = right.reduce(1) { max($0, abs($1)) }
    return zip(found, right).reduce(0) { highest, pair in
        let off = abs(Double(pair.0) - pair.1) / largest
        return off.isNaN ? .infinity : max(highest, off)
    }
}

/// The slopes of a function at some numbers.
func slopes(at numbers: [Double], of function: ([Double]) -> Double) -> [Double] {
    numbers.indices.map { index in
        var moved = numbers
        moved[index] = numbers[index] + 1e-5
        let above = function(moved)
        moved[index] = numbers[index] - 1e-5
        return (above - function(moved)) / 2e-5
    }
}

extension [Float] {
    var doubles: [Double] { map(Double.init) }
}
