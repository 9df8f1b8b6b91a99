import CKernels

/// A kernel without its zeros, in the order in which products read it: for the randomly connected layers of Rasa's
/// networks, of which four fifths are zeros.
///
/// The form is a flat region of bytes, the same for all levels of instructions, made once when a model is prepared and
/// mapped by every worker. Inputs are cut into blocks of 256. In each block, outputs are sorted by their number of
/// nonzeros and taken in groups of four; each *step* of a group holds one nonzero of each of its outputs (the place of
/// an input in 16 bits, and a weight), shorter outputs being filled up with zero weights. Layout, everything
/// little-endian, each part aligned to 64 bytes:
///
/// | part | content |
/// |---|---|
/// | header | `magic`, inputs, outputs, blocks, groups, steps (UInt32 each) |
/// | starts | (blocks × groups + 1) × UInt32: first step of each group |
/// | order | blocks × outputs × UInt16: which output each column is |
/// | offsets | 4 × steps × UInt16: four times the index of the input |
/// | weights | 4 × steps × Float |
///
/// Unchecked: pointers are not `Sendable`, but this memory is never written after it was made.
package struct PackedKernel: @unchecked Sendable {
    /// The length of the rows that go in.
    package let inputs: Int
    /// The length of the rows that come out.
    package let outputs: Int
    let kernel: parley_packed_kernel
    private let owner: any AnyObject & Sendable

    /// The alignment that the bytes must have.
    package static let alignment = 64

    /// A kernel over bytes written by ``pack(_:inputs:outputs:into:)``, which `owner` keeps alive and unchanged.
    ///
    /// - Throws: ``TensorError`` with `.damagedKernel` if the bytes do not describe a kernel; nothing outside of them
    ///   is ever read.
    package init(mapped bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) throws(TensorError) {
        let layout = try PackedLayout(reading: bytes)
        guard let base = bytes.baseAddress else { throw PackedLayout.damaged("it is empty") }
        kernel = parley_packed_kernel(
            inputs: UInt32(layout.inputs), outputs: UInt32(layout.outputs), blocks: UInt32(layout.blocks),
            groups: UInt32(layout.groups),
            starts: (base + layout.starts).assumingMemoryBound(to: UInt32.self),
            order: (base + layout.order).assumingMemoryBound(to: UInt16.self),
            offsets: (base + layout.offsets).assumingMemoryBound(to: UInt16.self),
            weights: (base + layout.weights).assumingMemoryBound(to: Float.self))
        inputs = layout.inputs
        outputs = layout.outputs
        self.owner = owner
        try layout.check(kernel)
    }

    /// A kernel in memory of its own.
    ///
    /// - Returns: nil where the dense form is the faster one, see ``packedSize(of:inputs:outputs:)``.
    package init?(packing values: UnsafeBufferPointer<Float>, inputs: Int, outputs: Int) throws(TensorError) {
        guard let size = Self.packedSize(of: values, inputs: inputs, outputs: outputs) else { return nil }
        let memory = OwnedBytes(count: size)
        Self.pack(values, inputs: inputs, outputs: outputs, into: memory.bytes)
        try self.init(mapped: UnsafeRawBufferPointer(memory.bytes), owner: memory)
    }

    /// The bytes that the packed form of a dense row-major matrix takes.
    ///
    /// - Returns: nil where the dense form is faster or the packed form cannot express it: small or dense matrices, and
    ///   those of more than 16,383 rows or 65,535 columns.
    package static func packedSize(of values: UnsafeBufferPointer<Float>, inputs: Int, outputs: Int) -> Int? {
        guard PackedLayout.canHold(inputs: inputs, outputs: outputs), values.count == inputs * outputs,
            values.count >= smallest
        else { return nil }
        let layout = PackedLayout(values, inputs: inputs, outputs: outputs)
        return Double(layout.nonzeros) <= densest * Double(values.count) ? layout.size : nil
    }

    /// Writes the packed form of a dense row-major matrix.
    ///
    /// - Parameters:
    ///   - values: `inputs` rows of `outputs` numbers.
    ///   - bytes: At least ``packedSize(of:inputs:outputs:)`` bytes, aligned to ``alignment``.
    package static func pack(
        _ values: UnsafeBufferPointer<Float>, inputs: Int, outputs: Int, into bytes: UnsafeMutableRawBufferPointer
    ) {
        PackedLayout(values, inputs: inputs, outputs: outputs).write(values, into: bytes)
    }

    /// Above this share of nonzeros the dense product is faster.
    static let densest = 0.45
    /// Below this number of weights the dense product is fast enough.
    static let smallest = 1024
}

/// Bytes that belong to this process, aligned for kernels.
///
/// Unchecked: written only before they are shared.
final class OwnedBytes: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) {
        bytes = .allocate(byteCount: count, alignment: PackedKernel.alignment)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { bytes.deallocate() }
}
