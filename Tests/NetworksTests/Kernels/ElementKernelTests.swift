import CKernels
import Glibc
import TestSupport
import Testing

@Suite("Element-wise kernels of training")
struct ElementKernelTests {
    /// None, common ones, and one whose counter outgrows 32 bits.
    static let dropouts: [parley_dropout?] = [
        nil, parley_dropout(rate: 0, key: 1, first: 0), parley_dropout(rate: 0.2, key: 7, first: 3),
        parley_dropout(rate: 0.5, key: 1 << 60, first: (3 << 32) - 21),
    ]

    @Test("dropout follows the counter", arguments: TrainingLevel.all)
    func dropout(_ level: TrainingLevel) throws {
        let kernels = try level.kernels
        var numbers = SeededRandom(seed: 1)
        for count in [1, 2, 7, 16, 33, 100] {
            let x = numbers.floats(count)
            for dropout in Self.dropouts {
                let right = (0..<count).map { factor(dropout, $0) * Double(x[$0]) }
                var y = [Float](repeating: .nan, count: count)
                with(dropout) { kernels.dropout(x, &y, count, $0, 0) }
                #expect(difference(y, right) < 1e-6)
                with(dropout) { kernels.dropout(x, &y, count, $0, 1) }
                #expect(difference(y, right.map { 2 * $0 }) < 1e-6)
            }
        }
    }

    @Test("gelu with dropout, and its slope", arguments: TrainingLevel.all)
    func gelu(_ level: TrainingLevel) throws {
        let kernels = try level.kernels
        let x = (0..<2003).map { Float($0) * 0.01 - 10 }
        let dy = x.map { sin($0) }
        for dropout in Self.dropouts {
            var y = x
            with(dropout) { kernels.gelu_forward(x, &y, x.count, $0) }
            let right = x.indices.map { factor(dropout, $0) * gelu(Double(x[$0])) }
            #expect(difference(y, right) < 1e-6)
            var dx = x
            with(dropout) { kernels.gelu_backward(x, dy, &dx, x.count, $0) }
            let slope = x.indices.map { index in
                let at = Double(x[index])
                return factor(dropout, index) * Double(dy[index]) * (gelu(at + 1e-5) - gelu(at - 1e-5)) / 2e-5
            }
            #expect(difference(dx, slope) < 1e-6)
        }
    }

    @Test("random bits are even, and keys and counters make them differ")
    func bits() {
        let count = 40000
        for (key, first) in [(0, 0), (1, 0), (0, UInt64(1) << 32), (9, 1 << 40)] as [(UInt64, UInt64)] {
            var ones = [Int](repeating: 0, count: 32)
            var equal = 0
            var repeated = 0
            for index in 0..<UInt64(count) {
                let bits = parley_random_bits(key, first + index)
                for bit in 0..<32 where bits >> bit & 1 == 1 { ones[bit] += 1 }
                if (bits ^ parley_random_bits(key + 1, first + index)) >> 31 == 0 { equal += 1 }
                if (bits ^ parley_random_bits(key, first + index + 1)) >> 31 == 0 { repeated += 1 }
            }
            // Five standard deviations of a fair coin.
            for number in ones + [equal, repeated] { #expect(abs(number - count / 2) < 500) }
        }
    }

    @Test("Adam as Keras has it, with Rasa's regularisation", arguments: TrainingLevel.all)
    func adam(_ level: TrainingLevel) throws {
        let kernels = try level.kernels
        var numbers = SeededRandom(seed: 4)
        for (from, to, count) in [(0, 37, 37), (3, 4, 9), (5, 5, 9), (1, 30, 31)] {
            let weights = numbers.floats(count)
            let gradients = [numbers.floats(count), numbers.floats(count)]
            let first = numbers.floats(count)
            let second = numbers.floats(count, 0...1)
            var (w, m, v) = (weights, first, second)
            var (one, other) = (gradients[0], gradients[1])
            var settings = parley_adam(step: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: 0.3)
            one.withUnsafeMutableBufferPointer { one in
                other.withUnsafeMutableBufferPointer { other in
                    let both = [one.baseAddress, other.baseAddress]
                    kernels.adam(&settings, &w, &m, &v, both, 2, from, to)
                }
            }
            var right = (weights.doubles, first.doubles, second.doubles)
            for index in from..<to {
                let prediction = Double(gradients[0][index]) + Double(gradients[1][index])
                let gradient = prediction + (prediction > 0 ? 0.3 * Double(weights[index]) : 0)
                right.1[index] += (gradient - right.1[index]) * 0.1
                right.2[index] += (gradient * gradient - right.2[index]) * 0.001
                right.0[index] -= right.1[index] * 0.01 / (right.2[index].squareRoot() + 1e-7)
                #expect(one[index] == 0 && other[index] == 0)
            }
            #expect(difference(w, right.0) < 1e-6)
            #expect(difference(m, right.1) < 1e-6)
            #expect(difference(v, right.2) < 1e-6)
        }
    }

    @Test("factors and squares", arguments: TrainingLevel.all)
    func squares(_ level: TrainingLevel) throws {
        let kernels = try level.kernels
        var numbers = SeededRandom(seed: 5)
        for count in [0, 1, 31, 1025, 5000] {
            var x = numbers.floats(count)
            let right = x.reduce(0) { $0 + Double($1) * Double($1) }
            #expect(abs(kernels.squares(x, count) - right) < 1e-6 * max(1, right))
            kernels.scale(&x, count, 2)
            #expect(abs(kernels.squares(x, count) - 4 * right) < 4e-6 * max(1, right))
        }
    }

    private func gelu(_ x: Double) -> Double { 0.5 * x * (1 + erf(x / 2.0.squareRoot())) }

    private func factor(_ dropout: parley_dropout?, _ index: Int) -> Double {
        guard let dropout, dropout.rate > 0 else { return 1 }
        let bits = parley_random_bits(dropout.key, dropout.first + UInt64(index))
        return Double(bits) < Double(dropout.rate) * 4294967296 - 1 ? 0 : 1 / (1 - Double(dropout.rate))
    }

    private func with(_ dropout: parley_dropout?, _ work: (UnsafePointer<parley_dropout>?) -> Void) {
        guard var dropout else { return work(nil) }
        work(&dropout)
    }
}
