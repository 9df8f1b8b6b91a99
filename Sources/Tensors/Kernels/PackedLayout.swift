internal import CKernels

/// Where the parts of a packed kernel lie; see ``PackedKernel``.
struct PackedLayout {
    let inputs: Int
    let outputs: Int
    let groups: Int
    let steps: Int
    /// The outputs in the order in which they are stored, and how many steps each group has; empty when read.
    private var sorted: [Int] = []
    private var stepsOfGroup: [Int] = []

    static let magic: UInt32 = 0x314B_5050
    private static let headerSize = 64

    var starts: Int { Self.headerSize }
    var order: Int { Self.aligned(starts + (groups + 1) * 4) }
    var indices: Int { Self.aligned(order + outputs * 2) }
    var weights: Int { Self.aligned(indices + steps * 4 * 2) }
    var size: Int { Self.aligned(weights + steps * 4 * 4) + 64 }

    /// The layout for columns with so many nonzeros each.
    init(inputs: Int, counts: [Int]) {
        self.inputs = inputs
        outputs = counts.count
        groups = (counts.count + 3) / 4
        sorted = counts.indices.sorted { (counts[$0], $1) > (counts[$1], $0) }
        stepsOfGroup = []
        for group in 0..<groups { stepsOfGroup.append(counts[sorted[4 * group]]) }
        steps = stepsOfGroup.reduce(0, +)
    }

    /// The layout that a header describes.
    init(reading bytes: UnsafeRawBufferPointer) throws(TensorError) {
        guard bytes.count >= Self.headerSize,
            Int(bitPattern: bytes.baseAddress).isMultiple(of: PackedKernel.alignment)
        else { throw Self.damaged("it is too short or not aligned") }
        let fields = (0..<5).map { Int(UInt32(littleEndian: bytes.load(fromByteOffset: 4 * $0, as: UInt32.self))) }
        guard fields[0] == Int(Self.magic) else { throw Self.damaged("it does not begin like one") }
        inputs = fields[1]
        outputs = fields[2]
        groups = fields[3]
        steps = fields[4]
        guard inputs > 0, inputs <= Int(UInt16.max), outputs > 0, outputs <= Int(UInt16.max),
            groups == (outputs + 3) / 4, steps <= groups * inputs, size <= bytes.count
        else { throw Self.damaged("its sizes do not fit its length") }
    }

    /// Makes sure that no index leads outside, so that products need not look.
    func check(_ kernel: parley_packed_kernel) throws(TensorError) {
        guard kernel.starts[0] == 0, Int(kernel.starts[groups]) == steps,
            (0..<groups).allSatisfy({ kernel.starts[$0] <= kernel.starts[$0 + 1] })
        else { throw Self.damaged("its groups do not follow each other") }
        var seen = [Bool](repeating: false, count: outputs)
        for place in 0..<outputs {
            let output = Int(kernel.order[place])
            guard output < outputs, !seen[output] else { throw Self.damaged("an output is missing") }
            seen[output] = true
        }
        var highest: UInt16 = 0
        for index in UnsafeBufferPointer(start: kernel.indices, count: 4 * steps) { highest = max(highest, index) }
        guard Int(highest) < inputs else { throw Self.damaged("an input does not exist") }
    }

    /// The number of nonzeros of each column of a row-major matrix.
    static func nonzeros(_ values: UnsafeBufferPointer<Float>, inputs: Int, outputs: Int) -> [Int] {
        var counts = [Int32](repeating: 0, count: outputs)
        counts.withUnsafeMutableBufferPointer { counts in
            for input in 0..<inputs {
                for output in 0..<outputs { counts[output] &+= values[input * outputs + output] == 0 ? 0 : 1 }
            }
        }
        return counts.map(Int.init)
    }

    /// Writes header, order, indices and weights. The filling refers to input 0 with a weight of zero.
    func write(_ values: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count >= size && values.count == inputs * outputs)
        guard let base = bytes.baseAddress else { return }
        memsetZero(bytes)
        let header = base.assumingMemoryBound(to: UInt32.self)
        for (place, field) in [Int(Self.magic), inputs, outputs, groups, steps].enumerated() {
            header[place] = UInt32(field)
        }
        let starts = (base + self.starts).assumingMemoryBound(to: UInt32.self)
        let order = (base + self.order).assumingMemoryBound(to: UInt16.self)
        let indices = (base + self.indices).assumingMemoryBound(to: UInt16.self)
        let weights = (base + self.weights).assumingMemoryBound(to: Float.self)
        /// The place of the next nonzero of each output.
        var next = [Int](repeating: 0, count: outputs)
        var step = 0
        for group in 0..<groups {
            starts[group] = UInt32(step)
            for column in 0..<min(4, outputs - 4 * group) {
                let output = sorted[4 * group + column]
                order[4 * group + column] = UInt16(output)
                next[output] = 4 * step + column
            }
            step += stepsOfGroup[group]
        }
        starts[groups] = UInt32(step)
        for input in 0..<inputs {
            for output in 0..<outputs where values[input * outputs + output] != 0 {
                indices[next[output]] = UInt16(input)
                weights[next[output]] = values[input * outputs + output]
                next[output] += 4
            }
        }
    }

    static func damaged(_ why: String) -> TensorError {
        TensorError(.damagedKernel, "A packed kernel of the prepared model is damaged: \(why).")
    }

    private func memsetZero(_ bytes: UnsafeMutableRawBufferPointer) {
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    private static func aligned(_ size: Int) -> Int { (size + 63) & ~63 }
}
