import CKernels
import Glibc

/// Attention of which only one row of each sequence is wanted: one query a sequence. Everything else of a transformer's
/// last layer is then computed for these rows alone, which is exact and spares most of the layer.
extension AttentionLayer {
    package struct OneTrace {
        package let output: Panels
        fileprivate let input: Panels
        fileprivate let picks: UnsafePointer<UInt32>
        fileprivate let picked: Panels
        fileprivate let attended: Panels
        /// Row-major.
        fileprivate let q: UnsafeMutablePointer<Float>
        fileprivate let k: UnsafeMutablePointer<Float>
        fileprivate let v: UnsafeMutablePointer<Float>
        /// The shares after the softmax: for each sequence [heads][key].
        fileprivate let shares: UnsafeMutablePointer<Float>
    }

    private var depth: Int { units / options.heads }

    /// One head of one sequence.
    private struct Look {
        let sequence: Int
        let head: Int
        /// The first row of the sequence, and how many of them are seen.
        let first: Int
        let seen: Int
        /// The place of the row that looks.
        let query: Int
        /// Where the shares of its keys begin.
        let shares: Int
    }

    private func look(_ sequence: Int, _ head: Int, _ picks: UnsafePointer<UInt32>, _ layout: RowLayout) -> Look {
        let (first, end) = (Int(layout.starts[sequence]), Int(layout.starts[sequence + 1]))
        let query = Int(picks[sequence]) - first
        return Look(
            sequence: sequence, head: head, first: first, seen: options.isUnidirectional ? query + 1 : end - first,
            query: query, shares: options.heads * first + head * (end - first))
    }

    /// The row of a relative table for a key.
    private func relativeRow(_ look: Look, key: Int) -> Int {
        let reach = options.reach ?? 0
        let rows = options.isUnidirectional ? reach + 1 : 2 * reach + 1
        return (look.head * rows + min(max(key - look.query, -reach), reach) + reach) * depth
    }

    /// - Parameter picks: The row of each sequence that is wanted.
    func forwardOne(
        _ x: Panels, _ picks: UnsafePointer<UInt32>, _ layout: RowLayout, in pass: Pass
    ) -> OneTrace {
        let count = layout.sequences
        let picked = EmbeddingLayer.pick(picks, count: count, of: x, in: pass)
        let q = query.forward(picked, in: pass).rows(in: pass)
        let (k, v) = (key.forward(x, in: pass).rows(in: pass), value.forward(x, in: pass).rows(in: pass))
        let shares = pass.take(Float.self, options.heads * layout.rows)
        let dropout = pass.nextDropout(self.dropout)
        let attended = pass.panels(rows: count, features: units)
        pass.scoped {
            let keeps = dropout.map { pass.keeps(options.heads * layout.rows, $0) }
            let result = pass.take(Float.self, count * units)
            result.update(repeating: 0, count: count * units)
            for sequence in 0..<count {
                for head in 0..<options.heads {
                    let look = look(sequence, head, picks, layout)
                    weigh(look, q, k, shares, keeps, in: pass)
                    gather(look, v, shares, to: result, in: pass)
                }
            }
            pass.kernels.rows_to_panels(result, units, count, units, nil, attended.values, 0)
        }
        return OneTrace(
            output: output.forward(attended, in: pass), input: x, picks: picks, picked: picked, attended: attended,
            q: q, k: k, v: v, shares: shares)
    }

    /// Writes the gradient of what went in, all rows, to `dx`.
    func backwardOne(_ trace: OneTrace, _ dy: Panels, to dx: Panels, _ layout: RowLayout, in pass: Pass) {
        pass.scoped {
            let (count, all) = (layout.sequences, layout.rows)
            let dResult = output.backward(trace.attended, dy, in: pass).rows(in: pass)
            let (dq, dk) = (pass.take(Float.self, count * units), pass.take(Float.self, all * units))
            let dv = pass.take(Float.self, all * units)
            for gradient in [dk, dv] { gradient.update(repeating: 0, count: all * units) }
            dq.update(repeating: 0, count: count * units)
            for sequence in 0..<count {
                for head in 0..<options.heads {
                    let look = look(sequence, head, trace.picks, layout)
                    differentiate(look, trace, dResult, dq, dk, dv, in: pass)
                }
            }
            let dKeys = Panels.from(dk, rows: all, features: units, in: pass)
            let dValues = Panels.from(dv, rows: all, features: units, in: pass)
            let dQueries = Panels.from(dq, rows: count, features: units, in: pass)
            query.learn(trace.picked, dQueries, in: pass)
            key.learn(trace.input, dKeys, in: pass)
            value.learn(trace.input, dValues, in: pass)
            key.propagate(dKeys, to: dx, in: pass)
            value.propagate(dValues, to: dx, accumulate: true, in: pass)
            let dPicked = pass.panels(rows: count, features: units)
            query.propagate(dQueries, to: dPicked, in: pass)
            dPicked.add(to: dx, at: trace.picks, in: pass)
        }
    }

    /// The shares of one head's keys.
    private func weigh(
        _ look: Look, _ q: UnsafePointer<Float>, _ k: UnsafePointer<Float>, _ shares: UnsafeMutablePointer<Float>,
        _ keeps: UnsafePointer<Float>?, in pass: Pass
    ) {
        let query = q + look.sequence * units + look.head * depth
        let scale = 1 / Float(depth).squareRoot()
        var highest = -Float.infinity
        for key in 0..<look.seen {
            var logit = RowArithmetic.dot(query, k + (look.first + key) * units + look.head * depth, depth)
            if let relativeKeys {
                let row = pass.value(relativeKeys) + relativeRow(look, key: key)
                logit += RowArithmetic.dot(query, row, depth)
            }
            logit *= scale
            if let keeps, keeps[look.shares + key] == 0 { logit -= 1e9 }
            shares[look.shares + key] = logit
            highest = max(highest, logit)
        }
        var sum: Float = 0
        for place in look.shares..<look.shares + look.seen {
            shares[place] = exp(shares[place] - highest)
            sum += shares[place]
        }
        for place in look.shares..<look.shares + look.seen { shares[place] /= sum }
    }

    /// The values of one head by their shares.
    private func gather(
        _ look: Look, _ v: UnsafePointer<Float>, _ shares: UnsafePointer<Float>,
        to result: UnsafeMutablePointer<Float>, in pass: Pass
    ) {
        let to = result + look.sequence * units + look.head * depth
        for key in 0..<look.seen {
            let share = shares[look.shares + key]
            RowArithmetic.add(share, v + (look.first + key) * units + look.head * depth, to: to, depth)
            if let relativeValues {
                let row = pass.value(relativeValues) + relativeRow(look, key: key)
                RowArithmetic.add(share, row, to: to, depth)
            }
        }
    }

    private func differentiate(
        _ look: Look, _ trace: OneTrace, _ dResult: UnsafePointer<Float>, _ dq: UnsafeMutablePointer<Float>,
        _ dk: UnsafeMutablePointer<Float>, _ dv: UnsafeMutablePointer<Float>, in pass: Pass
    ) {
        let own = look.sequence * units + look.head * depth
        let (query, dQuery, given) = (trace.q + own, dq + own, dResult + own)
        let shares = trace.shares + look.shares
        pass.scoped {
            let slopes = pass.take(Float.self, look.seen)
            var mean: Float = 0
            for key in 0..<look.seen {
                let row = (look.first + key) * units + look.head * depth
                slopes[key] = RowArithmetic.dot(given, trace.v + row, depth)
                RowArithmetic.add(shares[key], given, to: dv + row, depth)
                if let relativeValues {
                    let table = relativeRow(look, key: key)
                    slopes[key] += RowArithmetic.dot(given, pass.value(relativeValues) + table, depth)
                    RowArithmetic.add(shares[key], given, to: pass.gradient(relativeValues) + table, depth)
                }
                mean += shares[key] * slopes[key]
            }
            let scale = 1 / Float(depth).squareRoot()
            for key in 0..<look.seen {
                let row = (look.first + key) * units + look.head * depth
                let slope = shares[key] * (slopes[key] - mean) * scale
                RowArithmetic.add(slope, trace.k + row, to: dQuery, depth)
                RowArithmetic.add(slope, query, to: dk + row, depth)
                if let relativeKeys {
                    let table = relativeRow(look, key: key)
                    RowArithmetic.add(slope, pass.value(relativeKeys) + table, to: dQuery, depth)
                    RowArithmetic.add(slope, query, to: pass.gradient(relativeKeys) + table, depth)
                }
            }
        }
    }
}
