import CKernels
import Glibc
import TestSupport
import Testing

@Suite("Attention in training")
struct AttentionKernelTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var level: TrainingLevel
        var units = 8
        var heads = 2
        var lengths = [3, 1, 0, 5]
        var reach: Int?
        var isUnidirectional = false
        var rate: Float = 0

        var testDescription: String {
            "\(level.testDescription): \(units)/\(heads), \(lengths), \(reach ?? 0), \(isUnidirectional), \(rate)"
        }

        static let all = TrainingLevel.all.flatMap { level in
            [
                Case(level: level),
                Case(level: level, lengths: [1]),
                Case(level: level, units: 9, heads: 3, reach: 2),
                Case(level: level, reach: 2, isUnidirectional: true),
                // The first has queries that see nothing.
                Case(level: level, isUnidirectional: true, rate: 0.4),
                Case(level: level, lengths: [6], isUnidirectional: true, rate: 0.2),
                Case(level: level, units: 32, heads: 1, lengths: [4], reach: 9, rate: 0.3),
                // Over the edge of a panel.
                Case(level: level, units: 4, heads: 1, lengths: [29, 7, 2], reach: 3),
                Case(level: level, units: 4, heads: 1, lengths: [20, 18], reach: 3, isUnidirectional: true),
            ]
        }
    }

    @Test("outputs, and slopes by finite differences", arguments: Case.all)
    func attention(_ shape: Case) throws {
        let kernels = try shape.level.kernels
        var numbers = SeededRandom(seed: 1)
        let rows = shape.lengths.reduce(0, +)
        let size = panelCount(rows) * shape.units * lanes
        let projections = (0..<3).map { _ in numbers.floats(size, -2...2) }
        let dout = numbers.panels(rows: rows, features: shape.units)
        let reach = shape.reach ?? 0
        let tableSize = shape.units * ((shape.isUnidirectional ? reach : 2 * reach) + 1)
        let tables = (0..<2).map { _ in numbers.floats(tableSize) }
        let reference = AttentionReference(shape)
        let at = projections.map { shape.rows(of: $0) } + tables.map(\.doubles)

        var out = [Float](repeating: .nan, count: size)
        var gradients = (0..<3).map { _ in [Float](repeating: .nan, count: size) } + tables
        run(kernels, shape, projections, tables, dout, &out, &gradients)
        #expect(difference(shape.rows(of: out).map { Float($0) }, reference.outputs(at)) < 3e-6)
        for row in rows..<panelCount(rows) * lanes {
            for panels in [out] + gradients[..<3] {
                for unit in 0..<shape.units { #expect(panels[place(row, unit, of: shape.units)] == 0) }
            }
        }

        // As in TensorFlow slopes pass through -1e9, where no difference would show them.
        guard !reference.hasBlindQuery else { return }
        let slope = shape.rows(of: dout)
        for index in 0..<(shape.reach == nil ? 3 : 5) {
            let right = slopes(at: at[index]) { moved in
                var inputs = at
                inputs[index] = moved
                return zip(reference.outputs(inputs), slope).reduce(0) { $0 + $1.0 * $1.1 }
            }
            let found =
                index < 3
                ? shape.rows(of: gradients[index])
                : zip(gradients[index], tables[index - 3]).map { Double($0) - Double($1) }
            #expect(difference(found.map { Float($0) }, right) < 1e-5)
        }
    }

    private func run(
        _ kernels: parley_training_kernels, _ shape: Case, _ projections: [[Float]], _ tables: [[Float]],
        _ dout: [Float], _ out: inout [Float], _ gradients: inout [[Float]]
    ) {
        let starts = shape.lengths.reduce(into: [UInt32(0)]) { $0.append($0[$0.count - 1] + UInt32($1)) }
        let pairs = shape.heads * shape.lengths.reduce(0) { $0 + $1 * $1 }
        let scratch = parley_attention_scratch(shape.units, shape.heads, shape.lengths.max() ?? 0)
        let inputs = (projections + tables + [[Float](repeating: .nan, count: pairs)]).map(Copy.init)
        let outputs = gradients.map(Copy.init)
        let work = Copy([Float](repeating: .nan, count: scratch))
        var dropout = AttentionReference.dropout(shape.rate)
        starts.withUnsafeBufferPointer { starts in
            withUnsafePointer(to: &dropout) { dropout in
                let isRelative = shape.reach != nil
                var attention = parley_training_attention(
                    units: shape.units, heads: shape.heads, starts: starts.baseAddress,
                    sequences: shape.lengths.count, q: inputs[0].numbers, k: inputs[1].numbers,
                    v: inputs[2].numbers, relative_keys: isRelative ? inputs[3].numbers : nil,
                    relative_values: isRelative ? inputs[4].numbers : nil,
                    relative_keys_reach: shape.reach ?? 0, relative_values_reach: shape.reach ?? 0,
                    unidirectional: shape.isUnidirectional ? 1 : 0, dropout: shape.rate > 0 ? dropout : nil,
                    weights: inputs[5].numbers, scratch: work.numbers)
                var results = parley_attention_gradients(
                    q: outputs[0].numbers, k: outputs[1].numbers, v: outputs[2].numbers,
                    relative_keys: isRelative ? outputs[3].numbers : nil,
                    relative_values: isRelative ? outputs[4].numbers : nil)
                kernels.attention_forward(&attention, &out)
                kernels.attention_backward(&attention, dout, &results)
            }
        }
        gradients = outputs.map(\.values)
    }
}

/// Numbers in memory of their own.
private final class Copy {
    let numbers: UnsafeMutablePointer<Float>
    let count: Int

    init(_ values: [Float]) {
        count = values.count
        numbers = .allocate(capacity: values.count + 1)
        numbers.initialize(from: values, count: values.count)
    }
    deinit { numbers.deallocate() }

    var values: [Float] { Array(UnsafeBufferPointer(start: numbers, count: count)) }
}

extension AttentionKernelTests.Case {
    /// The rows that there are, out of panels.
    fileprivate func rows(of panels: [Float]) -> [Double] {
        (0..<lengths.reduce(0, +) * units).map { Double(panels[place($0 / units, $0 % units, of: units)]) }
    }
}

/// The same, plainly and in double precision.
private struct AttentionReference {
    let shape: AttentionKernelTests.Case

    init(_ shape: AttentionKernelTests.Case) { self.shape = shape }

    static func dropout(_ rate: Float) -> parley_dropout { parley_dropout(rate: rate, key: 3, first: 9) }

    /// Of queries, keys and values as rows, and the two relative tables.
    func outputs(_ inputs: [[Double]]) -> [Double] {
        let depth = shape.units / shape.heads
        var out = [Double](repeating: 0, count: inputs[0].count)
        var (start, counter) = (0, 9 as UInt64)
        for length in shape.lengths {
            for head in 0..<shape.heads {
                func at(_ row: Int) -> Int { (start + row) * shape.units + head * depth }
                for query in 0..<length {
                    let scores = (0..<length).map { key in
                        let row = relativeRow(head, query, key, depth)
                        let score = (0..<depth).reduce(0.0) { sum, d in
                            let relative = row.map { inputs[3][$0 + d] } ?? 0
                            return sum + inputs[0][at(query) + d] * (inputs[1][at(key) + d] + relative)
                        }
                        return isHidden(query, key, length, counter) ? -1e9 : score / Double(depth).squareRoot()
                    }
                    let exponentials = scores.map { exp($0 - (scores.max() ?? 0)) }
                    let sum = exponentials.reduce(0, +)
                    for key in 0..<length {
                        let row = relativeRow(head, query, key, depth)
                        for d in 0..<depth {
                            let value = inputs[2][at(key) + d] + (row.map { inputs[4][$0 + d] } ?? 0)
                            out[at(query) + d] += exponentials[key] / sum * value
                        }
                    }
                }
                counter += UInt64(length * length)
            }
            start += length
        }
        return out
    }

    /// Whether all looks of some query are dropped.
    var hasBlindQuery: Bool {
        var counter = 9 as UInt64
        for length in shape.lengths {
            for _ in 0..<shape.heads {
                let isBlind = (0..<length).contains { query in
                    (0..<length).allSatisfy { isHidden(query, $0, length, counter) }
                }
                if isBlind { return true }
                counter += UInt64(length * length)
            }
        }
        return false
    }

    private func isHidden(_ query: Int, _ key: Int, _ length: Int, _ counter: UInt64) -> Bool {
        let bits = parley_random_bits(3, counter + UInt64(key * length + query))
        return isFuture(query, key) || Double(bits) < Double(shape.rate) * 4294967296
    }

    private func isFuture(_ query: Int, _ key: Int) -> Bool { shape.isUnidirectional && key > query }

    private func relativeRow(_ head: Int, _ query: Int, _ key: Int, _ depth: Int) -> Int? {
        guard let reach = shape.reach, !isFuture(query, key) else { return nil }
        let size = (shape.isUnidirectional ? reach : 2 * reach) + 1
        return (head * size + min(max(key - query, -reach), reach) + reach) * depth
    }
}
