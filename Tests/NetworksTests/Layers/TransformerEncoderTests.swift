import CKernels
import Tensors
import Testing

@testable import Networks

@Suite("Transformers in training")
struct TransformerEncoderTests {
    @Test(
        "one row of each sequence alone is what it is among all rows",
        arguments: [WantedRows.first, .last], [false, true])
    func one(_ wanted: WantedRows, isUnidirectional: Bool) throws {
        let kernels = try #require(parley_training_kernels_at(KernelLevel.best.rawValue)).pointee
        var builder = NetworkBuilder(random: RandomKey(1), slots: 1)
        var options = TransformerOptions()
        (options.layers, options.units, options.reach) = (2, 16, 2)
        (options.usesRelativeKeys, options.usesRelativeValues) = (true, true)
        options.isUnidirectional = isUnidirectional
        let transformer = try TransformerEncoder(
            "t", inputs: 8, options: options, density: 0.5, dropout: 0, attentionDropout: 0, in: &builder)
        let weights = builder.finish()
        for index in weights.masked.indices { weights.orderRows(ofMasked: index, kernels) }
        let pass = Pass(weights, slot: 0, kernels: kernels)
        var random = FixedNumbers(2)
        let (numbers, slopes) = (random.numbers(50 * 8), random.numbers(4 * 16))
        var results: [[[Float]]] = []
        for isAlone in [false, true] {
            pass.begin(random: RandomKey(1), isTraining: true)
            pass.gradients.update(repeating: 0, count: weights.store.count)
            let layout = RowLayout(lengths: [20, 1, 7, 22], in: pass)
            let picks = try #require(layout.rows(wanted))
            let x = Panels.from(numbers, rows: 50, features: 8, in: pass)
            let dWanted = Panels.from(slopes, rows: 4, features: 16, in: pass)
            let trace = transformer.forward(x, layout, wanted: isAlone ? wanted : .all, in: pass)
            var (output, dy) = (trace.output, dWanted)
            if !isAlone {
                output = EmbeddingLayer.pick(picks, count: 4, of: trace.output, in: pass)
                dy = pass.zeroPanels(rows: 50, features: 16)
                dWanted.add(to: dy, at: picks, in: pass)
            }
            let dx = transformer.backward(trace, dy, layout, in: pass)
            results.append([
                Array(UnsafeBufferPointer(start: output.rows(in: pass), count: 4 * 16)),
                Array(UnsafeBufferPointer(start: dx.rows(in: pass), count: 50 * 8)),
                Array(UnsafeBufferPointer(start: pass.gradients, count: weights.store.count)),
            ])
        }
        for (all, alone) in zip(results[0], results[1]) { #expect(distance(alone, all) < 1e-5) }
    }
}
