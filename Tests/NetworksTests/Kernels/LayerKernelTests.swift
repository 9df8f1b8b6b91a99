import CKernels
import TestSupport
import Testing

@Suite("Layer norm, sparse input and the forms of rows in training")
struct LayerKernelTests {
    @Test("layer norm and its slopes", arguments: TrainingLevel.all)
    func norm(_ level: TrainingLevel) throws {
        let kernels = try level.kernels
        var numbers = SeededRandom(seed: 1)
        for (rows, features) in [(1, 5), (3, 16), (33, 3), (40, 19)] {
            let panels = panelCount(rows)
            let x = numbers.floats(panels * features * lanes)
            let (gamma, beta) = (numbers.floats(features), numbers.floats(features))
            let dy = numbers.panels(rows: rows, features: features)
            var y = x
            var (mean, rstd) = (
                [Float](repeating: 0, count: panels * lanes), [Float](repeating: 0, count: panels * lanes)
            )
            kernels.norm_forward(x, &y, &mean, &rstd, features, panels, gamma, beta)
            var dx = [Float](repeating: .nan, count: x.count)
            var (dgamma, dbeta) = (gamma, beta)
            kernels.norm_backward(x, mean, rstd, gamma, dy, &dx, &dgamma, &dbeta, features, panels, 0)
            var (rightGamma, rightBeta) = (gamma.doubles, beta.doubles)
            for row in 0..<rows {
                let places = (0..<features).map { place(row, $0, of: features) }
                let values = places.map { Double(x[$0]) }
                let slope = places.map { Double(dy[$0]) }
                func apply(_ values: [Double], _ gamma: [Double], _ beta: [Double]) -> [Double] {
                    let mean = values.reduce(0, +) / Double(features)
                    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(features)
                    return values.indices.map {
                        (values[$0] - mean) / (variance + 1e-6).squareRoot() * gamma[$0] + beta[$0]
                    }
                }
                #expect(difference(places.map { y[$0] }, apply(values, gamma.doubles, beta.doubles)) < 2e-6)
                func loss(_ outputs: [Double]) -> Double { zip(outputs, slope).reduce(0) { $0 + $1.0 * $1.1 } }
                let right = slopes(at: values) { loss(apply($0, gamma.doubles, beta.doubles)) }
                #expect(difference(places.map { dx[$0] }, right) < 2e-5)
                let plain = apply(
                    values, [Double](repeating: 1, count: features), [Double](repeating: 0, count: features))
                for index in 0..<features {
                    rightGamma[index] += slope[index] * plain[index]
                    rightBeta[index] += slope[index]
                }
            }
            #expect(difference(dgamma, rightGamma) < 5e-6)
            #expect(difference(dbeta, rightBeta) < 5e-6)
            let once = dx
            kernels.norm_backward(x, mean, rstd, gamma, dy, &dx, &dgamma, &dbeta, features, panels, 1)
            #expect(difference(dx, once.map { 2 * Double($0) }) < 2e-6)
            for row in rows..<panels * lanes {
                for feature in 0..<features { #expect(dx[place(row, feature, of: features)] == 0) }
            }
        }
    }

    @Test("sparse rows, with and without dropped entries", arguments: TrainingLevel.all)
    func sparse(_ level: TrainingLevel) throws {
        let kernels = try level.kernels
        var numbers = SeededRandom(seed: 2)
        let counts = [3, 0, 1, 700, 20]
        let starts = counts.reduce(into: [UInt32(0)]) { $0.append($0[$0.count - 1] + UInt32($1)) }
        let columns = (0..<724).map { _ in UInt32.random(in: 0..<40, using: &numbers) }
        let values = numbers.floats(724)
        let picks: [UInt32] = [4, 3, 3, 1, 0]
        for outputs in [1, 7, 16, 64, 131] {
            let (kernel, bias) = (numbers.floats(40 * outputs), numbers.floats(outputs))
            let (stride, dy) = (outputs + 2, numbers.floats(5 * (outputs + 2)))
            for (isPicked, isDropped) in [(false, false), (true, false), (false, true), (true, true)] {
                var dropout = parley_dropout(rate: 0.3, key: 5, first: 11)
                var right = [Double](repeating: 7, count: 5 * stride)
                var gradient = kernel.doubles
                var counter = 11 as UInt64
                for row in 0..<5 {
                    for output in 0..<outputs { right[row * stride + output] = Double(bias[output]) }
                    let source = isPicked ? Int(picks[row]) : row
                    for entry in Int(starts[source])..<Int(starts[source + 1]) {
                        counter += 1
                        if isDropped, Double(parley_random_bits(5, counter - 1)) < 0.3 * 4294967296 { continue }
                        for output in 0..<outputs {
                            let place = Int(columns[entry]) * outputs + output
                            right[row * stride + output] += Double(values[entry]) * Double(kernel[place])
                            gradient[place] += Double(values[entry]) * Double(dy[row * stride + output])
                        }
                    }
                }
                var y = [Float](repeating: 7, count: 5 * stride)
                var dkernel = kernel
                starts.withUnsafeBufferPointer { starts in
                    columns.withUnsafeBufferPointer { columns in
                        values.withUnsafeBufferPointer { values in
                            picks.withUnsafeBufferPointer { picks in
                                var rows = parley_sparse_rows(
                                    starts: starts.baseAddress, columns: columns.baseAddress,
                                    values: values.baseAddress, picks: isPicked ? picks.baseAddress : nil, count: 5)
                                withUnsafePointer(to: &dropout) {
                                    let dropout = isDropped ? $0 : nil
                                    kernels.sparse_forward(&rows, dropout, kernel, outputs, bias, &y, stride)
                                    kernels.sparse_weight_gradient(&rows, dropout, dy, stride, outputs, &dkernel)
                                }
                            }
                        }
                    }
                }
                #expect(difference(y, right) < 3e-6)
                #expect(difference(dkernel, gradient) < 3e-6)
            }
        }
    }

    @Test("rows become panels and rows again", arguments: TrainingLevel.all)
    func rows(_ level: TrainingLevel) throws {
        let kernels = try level.kernels
        var numbers = SeededRandom(seed: 3)
        for (count, features) in [(1, 1), (5, 4), (31, 9), (32, 16), (70, 6)] {
            let stride = features + 3
            let rows = numbers.floats(count * stride)
            var panels = [Float](repeating: .nan, count: panelCount(count) * features * lanes)
            kernels.rows_to_panels(rows, stride, count, features, nil, &panels, 0)
            for row in 0..<panelCount(count) * lanes {
                for feature in 0..<features {
                    let right = row < count ? rows[row * stride + feature] : 0
                    #expect(panels[place(row, feature, of: features)] == right)
                }
            }
            var found = [Float](repeating: 7, count: count * stride)
            kernels.panels_to_rows(panels, features, nil, count, &found, stride)
            #expect(found == rows.indices.map { $0 % stride < features ? rows[$0] : 7 })
            let picks = (0..<count).reversed().map(UInt32.init)
            kernels.panels_to_rows(panels, features, picks, count, &found, stride)
            kernels.rows_to_panels(found, stride, count, features, picks, &panels, 1)
            for row in 0..<count {
                for feature in 0..<features {
                    #expect(panels[place(row, feature, of: features)] == 2 * rows[row * stride + feature])
                }
            }
            let positions = (0..<count).map { UInt32($0 % 3) }
            let table = numbers.floats(3 * features)
            kernels.scale_and_place(&panels, 0.5, table, positions, count, features)
            for row in 0..<count {
                for feature in 0..<features {
                    let right = rows[row * stride + feature] + table[row % 3 * features + feature]
                    #expect(abs(panels[place(row, feature, of: features)] - right) < 1e-6)
                }
            }
        }
    }
}
