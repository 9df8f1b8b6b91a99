import Glibc
import JSON
import TestSupport

@testable import Tensors

/// The weights of a safetensors file among the fixtures.
struct StoredWeights: WeightSource {
    let tensors: [String: WeightTensor]
    let path: String

    /// - Parameter packed: Whether every matrix called `kernel` is offered in packed form too, however small.
    init(_ name: String, packed: Bool = false) throws {
        let bytes = try Fixtures.bytes("\(name).safetensors")
        let size = bytes.withUnsafeBytes { Int(UInt64(littleEndian: $0.load(as: UInt64.self))) }
        let header = try JSON(parsing: Array(bytes[8..<8 + size]))
        var tensors: [String: WeightTensor] = [:]
        for (key, entry) in header.object ?? [:] {
            let shape = (entry["shape"]?.array ?? []).compactMap(\.int)
            let offsets = (entry["data_offsets"]?.array ?? []).compactMap(\.int)
            let memory = OwnedBytes(count: offsets[1] - offsets[0] + 64)
            memory.bytes.copyBytes(from: bytes[8 + size + offsets[0]..<8 + size + offsets[1]])
            tensors[key] = Self.tensor(
                shape, memory, count: (offsets[1] - offsets[0]) / 4, packed: packed && key.hasSuffix("/kernel"))
        }
        self.init(tensors: tensors, path: "")
    }

    init(tensors: [String: WeightTensor], path: String = "") {
        self.tensors = tensors
        self.path = path
    }

    func tensor(_ path: String) -> WeightTensor? { tensors[name(path)] }

    func scope(_ path: String) -> any WeightSource { StoredWeights(tensors: tensors, path: name(path)) }

    private func name(_ path: String) -> String { self.path.isEmpty ? path : "\(self.path)/\(path)" }

    private static func tensor(_ shape: [Int], _ memory: OwnedBytes, count: Int, packed: Bool) -> WeightTensor {
        let values = UnsafeBufferPointer(
            start: UnsafePointer(memory.bytes.baseAddress?.assumingMemoryBound(to: Float.self)), count: count)
        guard packed, shape.count == 2 else { return WeightTensor(shape: shape, values: values, owner: memory) }
        let owner = OwnedPair(memory, packForced(values, inputs: shape[0], outputs: shape[1]))
        return WeightTensor(
            shape: shape, values: values, packed: UnsafeRawBufferPointer(owner.second.bytes), owner: owner)
    }
}

/// Keeps two regions alive.
final class OwnedPair: Sendable {
    let first: OwnedBytes
    let second: OwnedBytes

    init(_ first: OwnedBytes, _ second: OwnedBytes) {
        self.first = first
        self.second = second
    }
}

/// The packed form of a matrix, whether it is worthwhile or not.
func packForced(_ values: UnsafeBufferPointer<Float>, inputs: Int, outputs: Int) -> OwnedBytes {
    let memory = OwnedBytes(count: PackedLayout(values, inputs: inputs, outputs: outputs).size)
    PackedKernel.pack(values, inputs: inputs, outputs: outputs, into: memory.bytes)
    return memory
}
