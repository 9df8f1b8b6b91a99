import TestSupport
import Testing

@testable import Tensors

@Suite("Packed kernels are bytes that can be mapped")
struct PackedKernelTests {
    private func kernel(_ inputs: Int, _ outputs: Int, density: Double) -> Matrix {
        var numbers = SeededRandom(seed: 9)
        return numbers.matrix(inputs, outputs, density: density)
    }

    @Test("are offered for large matrices with many zeros only")
    func worthwhile() {
        func size(_ matrix: Matrix) -> Int? {
            matrix.values.withUnsafeBufferPointer {
                PackedKernel.packedSize(of: $0, inputs: matrix.rows, outputs: matrix.columns)
            }
        }
        let sparse = kernel(256, 256, density: 0.2)
        let nonzeros = sparse.values.filter { $0 != 0 }.count
        let bytes = size(sparse) ?? 0
        #expect(bytes > nonzeros * 6)
        #expect(bytes < nonzeros * 7)
        #expect(size(kernel(256, 256, density: 0.9)) == nil)
        #expect(size(kernel(8, 8, density: 0.2)) == nil)
        #expect(size(Matrix(rows: 70_000, columns: 1)) == nil)
    }

    @Test("are refused when damaged, without a look outside")
    func damage() throws {
        let matrix = kernel(40, 30, density: 0.3)
        let good = matrix.values.withUnsafeBufferPointer { packForced($0, inputs: 40, outputs: 30) }
        func isRefused(_ count: Int? = nil, _ change: (UnsafeMutableRawBufferPointer) -> Void) -> Bool {
            let copy = OwnedBytes(count: good.bytes.count)
            copy.bytes.copyMemory(from: UnsafeRawBufferPointer(good.bytes))
            change(copy.bytes)
            let region = UnsafeRawBufferPointer(rebasing: copy.bytes[..<(count ?? copy.bytes.count)])
            return (try? PackedKernel(mapped: region, owner: copy)) == nil
        }
        #expect(!isRefused { _ in })
        #expect(isRefused(63) { _ in })
        #expect(isRefused(good.bytes.count - 128) { _ in })
        for field in 0..<6 {
            #expect(isRefused { $0.storeBytes(of: 1_000_000, toByteOffset: 4 * field, as: UInt32.self) })
            #expect(isRefused { $0.storeBytes(of: 0, toByteOffset: 4 * field, as: UInt32.self) })
        }
        #expect(isRefused { $0.storeBytes(of: 9_999, toByteOffset: 68, as: UInt32.self) })
        let layout = try PackedLayout(reading: UnsafeRawBufferPointer(good.bytes))
        #expect(isRefused { $0.storeBytes(of: 30, toByteOffset: layout.order, as: UInt16.self) })
        let second = good.bytes.load(fromByteOffset: layout.order + 2, as: UInt16.self)
        #expect(isRefused { $0.storeBytes(of: second, toByteOffset: layout.order, as: UInt16.self) })
        for offset: UInt16 in [160, 6] {
            #expect(isRefused { $0.storeBytes(of: offset, toByteOffset: layout.offsets + 14, as: UInt16.self) })
        }
    }

    @Test("replace the dense numbers, but not with another shape")
    func shape() throws {
        let matrix = kernel(40, 30, density: 0.3)
        let packed = matrix.values.withUnsafeBufferPointer { packForced($0, inputs: 40, outputs: 30) }
        func layer(_ shape: [Int]) throws(TensorError) -> DenseLayer {
            try DenseLayer(
                StoredWeights(tensors: [
                    "kernel": WeightTensor(
                        shape: shape, values: UnsafeBufferPointer(start: nil, count: 0),
                        packed: UnsafeRawBufferPointer(packed.bytes), owner: packed)
                ]))
        }
        let input = kernel(3, 40, density: 1)
        let dense = try DenseLayer(layerWeights(kernel: matrix, bias: nil)).apply(input, using: Workspace())
        let found = try layer([40, 30]).apply(input, using: Workspace())
        #expect(difference(found, dense) < 1e-5)
        #expect(throws: TensorError.self) { try layer([30, 40]) }
    }
}
