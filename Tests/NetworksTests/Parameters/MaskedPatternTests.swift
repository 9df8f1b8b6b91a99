import Testing

@testable import Networks

@Suite("Which entries of a kernel live")
struct MaskedPatternTests {
    @Test("every input and output is connected, and the share is about the density", arguments: [(40, 100), (100, 40)])
    func density(_ inputs: Int, _ outputs: Int) {
        let pattern = MaskedPattern(inputs: inputs, outputs: outputs, density: 0.2, random: RandomKey(1))
        let mask = pattern.mask
        for input in 0..<inputs { #expect((0..<outputs).contains { mask[input * outputs + $0] == 1 }) }
        for output in 0..<outputs { #expect((0..<inputs).contains { mask[$0 * outputs + output] == 1 }) }
        // The diagonal of the shorter side adds its own.
        let expected = 0.2 + 0.8 / Double(min(inputs, outputs))
        #expect(abs(Double(pattern.count) / Double(inputs * outputs) - expected) < 0.03)
    }

    @Test("entries go to a full kernel and back")
    func expands() {
        let mask = [true, false, true, false, false, true]
        let pattern = MaskedPattern(inputs: 2, outputs: 3, mask: mask)
        var places: [Int] = []
        pattern.forEachEntry { places.append($1) }
        #expect(places == [0, 2, 5])
        [1, 2, 3].withUnsafeBufferPointer { (entries: UnsafeBufferPointer<Float>) in
            guard let base = entries.baseAddress else { return }
            #expect(pattern.expanded(base) == [1, 0, 2, 0, 0, 3])
        }
    }
}
