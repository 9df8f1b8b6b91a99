package import CKernels

/// Which entries of a kernel live, and where each is in the list of those that do (Rasa's `RandomlyConnectedDense`).
///
/// Column by column, that is by output; a second index finds the same entries row by row.
///
/// Unchecked: the memory is written in the initialiser only.
package final class MaskedPattern: @unchecked Sendable {
    package let inputs: Int
    package let outputs: Int
    /// The number of entries that live.
    package let count: Int
    /// The same for the C kernels, as long as this object lives.
    package let kernel: UnsafePointer<parley_masked_kernel>
    private let numbers: UnsafeMutablePointer<UInt32>
    private let places: UnsafeMutablePointer<UInt16>

    /// A pattern from a full mask, row-major [inputs, outputs].
    package init(inputs: Int, outputs: Int, mask: [Bool]) {
        precondition(mask.count == inputs * outputs && inputs <= 1 << 16 && outputs <= 1 << 16)
        self.inputs = inputs
        self.outputs = outputs
        let count = mask.reduce(0) { $0 + ($1 ? 1 : 0) }
        self.count = count
        numbers = .allocate(capacity: outputs + 1 + inputs + 1 + count)
        places = .allocate(capacity: 2 * max(count, 1))
        let (starts, rowStarts, inColumns) = (numbers, numbers + outputs + 1, numbers + outputs + inputs + 2)
        let (rows, columns) = (places, places + count)
        var found = 0
        for output in 0..<outputs {
            starts[output] = UInt32(found)
            for input in 0..<inputs where mask[input * outputs + output] {
                rows[found] = UInt16(input)
                found += 1
            }
        }
        starts[outputs] = UInt32(found)
        var next = Array(UnsafeBufferPointer(start: starts, count: outputs))
        found = 0
        for input in 0..<inputs {
            rowStarts[input] = UInt32(found)
            for output in 0..<outputs where mask[input * outputs + output] {
                columns[found] = UInt16(output)
                inColumns[found] = next[output]
                next[output] += 1
                found += 1
            }
        }
        rowStarts[inputs] = UInt32(found)
        let kernel = UnsafeMutablePointer<parley_masked_kernel>.allocate(capacity: 1)
        kernel.initialize(
            to: parley_masked_kernel(
                inputs: UInt32(inputs), outputs: UInt32(outputs), starts: starts, rows: rows, row_starts: rowStarts,
                columns: columns, places: inColumns))
        self.kernel = UnsafePointer(kernel)
    }

    deinit {
        UnsafeMutablePointer(mutating: kernel).deallocate()
        places.deallocate()
        numbers.deallocate()
    }

    /// A share of all entries at random, and as many on a repeated diagonal as connect every input and output.
    package convenience init(inputs: Int, outputs: Int, density: Double, random: RandomKey) {
        let short = min(inputs, outputs)
        var mask = [Bool](repeating: false, count: inputs * outputs)
        for input in 0..<inputs {
            for output in 0..<outputs {
                let index = input * outputs + output
                mask[index] = input % short == output % short || Double(random.share(index)) < density
            }
        }
        self.init(inputs: inputs, outputs: outputs, mask: mask)
    }

    /// Calls `body` with the place of each entry in a full kernel, row-major, in the order of the list.
    package func forEachEntry(_ body: (_ entry: Int, _ place: Int) -> Void) {
        for output in 0..<outputs {
            for entry in Int(kernel.pointee.starts[output])..<Int(kernel.pointee.starts[output + 1]) {
                body(entry, Int(kernel.pointee.rows[entry]) * outputs + output)
            }
        }
    }

    /// The full kernel of these entries, with zeros elsewhere.
    package func expanded(_ entries: UnsafePointer<Float>) -> [Float] {
        var full = [Float](repeating: 0, count: inputs * outputs)
        forEachEntry { full[$1] = entries[$0] }
        return full
    }

    /// 1 where an entry lives, 0 elsewhere.
    package var mask: [Float] {
        var full = [Float](repeating: 0, count: inputs * outputs)
        forEachEntry { full[$1] = 1 }
        return full
    }
}
