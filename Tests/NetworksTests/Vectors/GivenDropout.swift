import CKernels
import Glibc
import Synchronization

@testable import Networks

/// Kernels whose dropout drops what was recorded: a key of a dropout names the elements that are kept.
enum GivenDropout {
    /// For the keys of dropouts which elements are kept; an index beyond is kept too.
    static let kept = Mutex<[UInt64: [Bool]]>([:])

    /// The kernels of a level with this dropout.
    static func kernels(_ table: parley_training_kernels) -> parley_training_kernels {
        var table = table
        table.dropout = { x, y, count, dropout, accumulate in
            guard let x, let y else { return }
            let factors = GivenDropout.factors(dropout, count)
            for index in 0..<count {
                y[index] = (accumulate == 0 ? 0 : y[index]) + x[index] * factors[index]
            }
        }
        table.gelu_forward = { x, y, count, dropout in
            guard let x, let y else { return }
            let factors = GivenDropout.factors(dropout, count)
            for index in 0..<count {
                y[index] = 0.5 * x[index] * (1 + erf(x[index] / Float(2).squareRoot())) * factors[index]
            }
        }
        table.gelu_backward = { x, dy, dx, count, dropout in
            guard let x, let dy, let dx else { return }
            let factors = GivenDropout.factors(dropout, count)
            for index in 0..<count {
                let bell = exp(-x[index] * x[index] / 2) / (2 * Float.pi).squareRoot()
                let slope = 0.5 * (1 + erf(x[index] / Float(2).squareRoot())) + x[index] * bell
                dx[index] = dy[index] * factors[index] * slope
            }
        }
        table.attention_forward = { problem, out in
            guard let problem, let out else { return }
            GivenDropout.attend(problem.pointee, out)
        }
        return table
    }

    /// Which elements of panels are kept, by row and feature; all of lanes beyond the last row.
    static func panels(_ rows: Int, _ features: Int, _ isKept: (_ row: Int, _ feature: Int) -> Bool) -> [Bool] {
        let lanes = Panels.lanes
        return (0..<Panels.count(rows: rows) * features * lanes).map { index in
            let row = index / (features * lanes) * lanes + index % lanes
            return row >= rows || isKept(row, index / lanes % features)
        }
    }

    /// What each element is multiplied with.
    private static func factors(_ dropout: UnsafePointer<parley_dropout>?, _ count: Int) -> [Float] {
        guard let dropout = dropout?.pointee, let kept = Self.kept.withLock({ $0[dropout.key] }) else {
            return Array(repeating: 1, count: count)
        }
        let scale = 1 / (1 - dropout.rate)
        let first = Int(dropout.first)
        return (first..<first + count).map { $0 >= kept.count || kept[$0] ? scale : 0 }
    }

    /// Attention without tables, all rows to all rows.
    private static func attend(_ a: parley_training_attention, _ out: UnsafeMutablePointer<Float>) {
        let depth = a.units / a.heads
        let key = a.dropout?.pointee.key
        let kept = key.flatMap { key in Self.kept.withLock { $0[key] } }
        func place(_ row: Int, _ feature: Int) -> Int {
            Panels(values: out, rows: 0, features: a.units).place(row: row, feature: feature)
        }
        guard let q = a.q, let k = a.k, let v = a.v, let weights = a.weights, let starts = a.starts else { return }
        var first = 0
        for sequence in 0..<a.sequences {
            let rows = Int(starts[sequence])..<Int(starts[sequence + 1])
            for head in 0..<a.heads {
                let features = head * depth..<(head + 1) * depth
                for (column, query) in rows.enumerated() {
                    // The shares stand key by key.
                    func share(_ key: Int) -> Int { first + key * rows.count + column }
                    var logits = rows.enumerated().map { offset, key -> Float in
                        let product = features.reduce(Float(0)) { $0 + q[place(query, $1)] * k[place(key, $1)] }
                        let isKept = kept.map { $0[share(offset)] } ?? true
                        return product / Float(depth).squareRoot() + (isKept ? 0 : -1e9)
                    }
                    let highest = logits.max() ?? 0
                    logits = logits.map { exp($0 - highest) }
                    let sum = logits.reduce(0, +)
                    for feature in features { out[place(query, feature)] = 0 }
                    for (offset, key) in rows.enumerated() {
                        weights[share(offset)] = logits[offset] / sum
                        for feature in features {
                            out[place(query, feature)] += weights[share(offset)] * v[place(key, feature)]
                        }
                    }
                }
                first += rows.count * rows.count
            }
        }
    }
}
