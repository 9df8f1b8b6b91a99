import CKernels
import Glibc
import Synchronization

@testable import Networks

/// Kernels whose dropout drops what was recorded: a key of a dropout names the elements that are kept.
enum GivenDropout {
    private struct State: Sendable {
        /// For the keys of dropouts which elements are kept.
        var kept: [UInt64: [Bool]] = [:]
        /// For the keys that were asked for of how many elements.
        var asked: [UInt64: Int] = [:]
    }

    private static let state = Mutex(State())

    /// Gives a step what was recorded of its passes, one after another: for each draw which elements are kept.
    static func give(_ passes: [[[Bool]]], to random: RandomKey) {
        state.withLock { state in
            for (pass, draws) in passes.enumerated() {
                for (draw, kept) in draws.enumerated() { state.kept[key(random, pass, draw)] = kept }
            }
        }
    }

    /// Where a step dropped otherwise than was recorded: a dropout too many, one too few, one of another size.
    static func differences(_ random: RandomKey) -> [String] {
        let state = state.withLock { $0 }
        return (0...BatchChunks.max).flatMap { pass in
            // More draws than any network of the tests has.
            (0..<100).compactMap { draw in
                let key = key(random, pass, draw)
                let (recorded, asked) = (state.kept[key]?.count, state.asked[key])
                guard recorded != asked else { return nil }
                let words = (asked: asked.map(String.init) ?? "no", recorded: recorded.map(String.init) ?? "none")
                return "draw \(draw) of pass \(pass) has \(words.asked) elements, \(words.recorded) were recorded"
            }
        }
    }

    private static func key(_ random: RandomKey, _ pass: Int, _ draw: Int) -> UInt64 {
        random.key(.step, pass).key(.dropout, draw).bits
    }

    /// What is kept of so many elements; nil if nothing drops.
    private static func kept(_ dropout: UnsafePointer<parley_dropout>?, _ count: Int) -> [Bool]? {
        guard let dropout = dropout?.pointee, dropout.rate > 0 else { return nil }
        let first = Int(dropout.first)
        return state.withLock { state in
            state.asked[dropout.key] = max(state.asked[dropout.key] ?? 0, first + count)
            return state.kept[dropout.key].map { kept in (first..<first + count).map { $0 >= kept.count || kept[$0] } }
        }
    }

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
        guard let kept = kept(dropout, count), let rate = dropout?.pointee.rate else {
            return Array(repeating: 1, count: count)
        }
        let scale = 1 / (1 - rate)
        return kept.map { $0 ? scale : 0 }
    }

    /// Attention without tables, all rows to all rows.
    private static func attend(_ a: parley_training_attention, _ out: UnsafeMutablePointer<Float>) {
        let depth = a.units / a.heads
        func place(_ row: Int, _ feature: Int) -> Int {
            Panels(values: out, rows: 0, features: a.units).place(row: row, feature: feature)
        }
        guard let q = a.q, let k = a.k, let v = a.v, let weights = a.weights, let starts = a.starts else { return }
        let pairs = (0..<a.sequences).reduce(0) { sum, sequence in
            let rows = Int(starts[sequence + 1] - starts[sequence])
            return sum + rows * rows
        }
        let kept = kept(a.dropout, a.heads * pairs)
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
