import Testing

@testable import Networks

@Suite("Kernels for more features")
struct NetworkVariableTests {
    private let kernel = NetworkVariable(path: "k", shape: [3, 2], values: [1, 2, 3, 4, 5, 6])

    @Test("rows are added behind those of each featurizer")
    func rows() throws {
        let wide = try kernel.widened(from: [1, 2], to: [2, 3], random: RandomKey(1))
        #expect(wide.shape == [5, 2])
        #expect(Array(wide.values[0..<2]) == [1, 2])
        #expect(Array(wide.values[4..<8]) == [3, 4, 5, 6])
        #expect(wide.values.allSatisfy { $0.isFinite })
        #expect(try kernel.widened(from: [1, 2], to: [1, 2], random: RandomKey(1)).values == kernel.values)
    }

    @Test("fewer features, and others than the kernel's, are refused")
    func unfit() {
        #expect(throws: NetworkTrainingError.self) {
            try kernel.widened(from: [1, 2], to: [0, 3], random: RandomKey(1))
        }
        #expect(throws: NetworkTrainingError.self) {
            try kernel.widened(from: [1, 1], to: [2, 2], random: RandomKey(1))
        }
    }
}
