import CKernels

/// Where the parts of a packed kernel lie; see ``PackedKernel``.
struct PackedLayout {
    let inputs: Int
    let outputs: Int
    let blocks: Int
    let groups: Int
    let steps: Int
    /// The number of weights that are not zero; 0 when read.
    let nonzeros: Int
    /// For each block, the outputs in the order in which they are stored, and how many steps each group has; empty when
    /// read.
    private let sorted: [[Int]]
    private let stepsOfGroups: [[Int]]

    private static let magic: UInt32 = 0x324B_5050
    private static let headerSize = 64
    /// The inputs of a block: with 16 lanes they take half of the smallest first-level caches.
    private static let blockSize = 256

    var starts: Int { Self.headerSize }
    var order: Int { Self.aligned(starts + (blocks * groups + 1) * 4) }
    var offsets: Int { Self.aligned(order + blocks * outputs * 2) }
    var weights: Int { Self.aligned(offsets + steps * 4 * 2) }
    var size: Int { Self.aligned(weights + steps * 4 * 4) + 64 }

    /// Whether places of inputs and outputs fit into 16 bits.
    static func canHold(inputs: Int, outputs: Int) -> Bool {
        inputs > 0 && outputs > 0 && inputs <= Int(UInt16.max) / 4 && outputs <= Int(UInt16.max)
    }

    init(_ values: UnsafeBufferPointer<Float>, inputs: Int, outputs: Int) {
        self.inputs = inputs
        self.outputs = outputs
        blocks = (inputs + Self.blockSize - 1) / Self.blockSize
        groups = (outputs + 3) / 4
        var sorted: [[Int]] = []
        var stepsOfGroups: [[Int]] = []
        var nonzeros = 0
        for block in 0..<blocks {
            let counts = Self.nonzeros(values, inputs: Self.range(of: block, inputs), outputs: outputs)
            let order = counts.indices.sorted { (counts[$0], $1) > (counts[$1], $0) }
            sorted.append(order)
            stepsOfGroups.append(stride(from: 0, to: outputs, by: 4).map { counts[order[$0]] })
            nonzeros += counts.reduce(0, +)
        }
        self.sorted = sorted
        self.stepsOfGroups = stepsOfGroups
        self.nonzeros = nonzeros
        steps = stepsOfGroups.reduce(0) { $0 + $1.reduce(0, +) }
    }

    init(reading bytes: UnsafeRawBufferPointer) throws(TensorError) {
        guard bytes.count >= Self.headerSize,
            Int(bitPattern: bytes.baseAddress).isMultiple(of: PackedKernel.alignment)
        else { throw Self.damaged("it is too short or not aligned") }
        let fields = (0..<6).map { Int(UInt32(littleEndian: bytes.load(fromByteOffset: 4 * $0, as: UInt32.self))) }
        guard fields[0] == Int(Self.magic) else { throw Self.damaged("it does not begin like one") }
        inputs = fields[1]
        outputs = fields[2]
        blocks = fields[3]
        groups = fields[4]
        steps = fields[5]
        nonzeros = 0
        sorted = []
        stepsOfGroups = []
        guard Self.canHold(inputs: inputs, outputs: outputs), groups == (outputs + 3) / 4,
            blocks == (inputs + Self.blockSize - 1) / Self.blockSize, steps <= groups * inputs, size <= bytes.count
        else { throw Self.damaged("its sizes do not fit its length") }
    }

    /// Makes sure that no place leads outside, so that products need not look.
    func check(_ kernel: parley_packed_kernel) throws(TensorError) {
        let runs = blocks * groups
        guard kernel.starts[0] == 0, Int(kernel.starts[runs]) == steps,
            (0..<runs).allSatisfy({ kernel.starts[$0] <= kernel.starts[$0 + 1] })
        else { throw Self.damaged("its groups do not follow each other") }
        for block in 0..<blocks {
            var seen = [Bool](repeating: false, count: outputs)
            for place in 0..<outputs {
                let output = Int(kernel.order[block * outputs + place])
                guard output < outputs, !seen[output] else { throw Self.damaged("an output is missing") }
                seen[output] = true
            }
        }
        var highest: UInt16 = 0
        var bits: UInt16 = 0
        for offset in UnsafeBufferPointer(start: kernel.offsets, count: 4 * steps) {
            highest = max(highest, offset)
            bits |= offset
        }
        guard Int(highest) < 4 * inputs, bits & 3 == 0 else { throw Self.damaged("an input does not exist") }
    }

    /// Writes header, order, offsets and weights. The filling refers to input 0 with a weight of zero.
    func write(_ values: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count >= size && values.count == inputs * outputs)
        guard let base = bytes.baseAddress else { return }
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        let header = base.assumingMemoryBound(to: UInt32.self)
        for (place, field) in [Int(Self.magic), inputs, outputs, blocks, groups, steps].enumerated() {
            header[place] = UInt32(field)
        }
        let starts = (base + self.starts).assumingMemoryBound(to: UInt32.self)
        let order = (base + self.order).assumingMemoryBound(to: UInt16.self)
        let offsets = (base + self.offsets).assumingMemoryBound(to: UInt16.self)
        let weights = (base + self.weights).assumingMemoryBound(to: Float.self)
        var step = 0
        /// The place of the next nonzero of each output.
        var next = [Int](repeating: 0, count: outputs)
        for block in 0..<blocks {
            for (place, output) in sorted[block].enumerated() {
                order[block * outputs + place] = UInt16(output)
                if place % 4 == 0 { starts[block * groups + place / 4] = UInt32(step) }
                next[output] = 4 * step + place % 4
                if place % 4 == 3 || place == outputs - 1 { step += stepsOfGroups[block][place / 4] }
            }
            for input in Self.range(of: block, inputs) {
                for output in 0..<outputs where values[input * outputs + output] != 0 {
                    offsets[next[output]] = UInt16(4 * input)
                    weights[next[output]] = values[input * outputs + output]
                    next[output] += 4
                }
            }
        }
        starts[blocks * groups] = UInt32(step)
    }

    static func damaged(_ why: String) -> TensorError {
        TensorError(.damagedKernel, "A packed kernel of the prepared model is damaged: \(why).")
    }

    private static func range(of block: Int, _ inputs: Int) -> Range<Int> {
        block * blockSize..<min(inputs, (block + 1) * blockSize)
    }

    /// The number of nonzeros of each column in some rows of a row-major matrix.
    private static func nonzeros(
        _ values: UnsafeBufferPointer<Float>, inputs: Range<Int>, outputs: Int
    ) -> [Int] {
        var counts = [Int](repeating: 0, count: outputs)
        counts.withUnsafeMutableBufferPointer { counts in
            for input in inputs {
                for output in 0..<outputs { counts[output] &+= values[input * outputs + output] == 0 ? 0 : 1 }
            }
        }
        return counts
    }

    private static func aligned(_ size: Int) -> Int { (size + 63) & ~63 }
}
