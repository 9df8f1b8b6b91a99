import CKernels
import TestSupport

/// A masked kernel in both orders, in memory of its own.
final class MaskedKernelFixture {
    let inputs: Int
    let outputs: Int
    /// Input and output of each entry, in column order.
    let entries: [(input: Int, output: Int)]
    private let starts: UnsafeMutablePointer<UInt32>
    private let rowStarts: UnsafeMutablePointer<UInt32>
    private let rows: UnsafeMutablePointer<UInt16>
    private let columns: UnsafeMutablePointer<UInt16>
    private let places: UnsafeMutablePointer<UInt32>

    init(_ inputs: Int, _ outputs: Int, density: Double, using numbers: inout SeededRandom) {
        self.inputs = inputs
        self.outputs = outputs
        var entries: [(input: Int, output: Int)] = []
        for output in 0..<outputs {
            for input in 0..<inputs where Double.random(in: 0..<1, using: &numbers) < density {
                entries.append((input, output))
            }
        }
        self.entries = entries
        starts = .allocate(capacity: outputs + 1)
        rowStarts = .allocate(capacity: inputs + 1)
        rows = .allocate(capacity: entries.count + 1)
        columns = .allocate(capacity: entries.count + 1)
        places = .allocate(capacity: entries.count + 1)
        starts.initialize(repeating: 0, count: outputs + 1)
        rowStarts.initialize(repeating: 0, count: inputs + 1)
        for (index, entry) in entries.enumerated() {
            rows[index] = UInt16(entry.input)
            starts[entry.output + 1] = UInt32(index + 1)
        }
        for output in 1..<outputs + 1 { starts[output] = max(starts[output], starts[output - 1]) }
        let byRow = entries.indices.sorted { (entries[$0].input, $0) < (entries[$1].input, $1) }
        for (index, entry) in byRow.enumerated() {
            columns[index] = UInt16(entries[entry].output)
            places[index] = UInt32(entry)
            rowStarts[entries[entry].input + 1] = UInt32(index + 1)
        }
        for input in 1..<inputs + 1 { rowStarts[input] = max(rowStarts[input], rowStarts[input - 1]) }
    }

    deinit {
        starts.deallocate()
        rowStarts.deallocate()
        rows.deallocate()
        columns.deallocate()
        places.deallocate()
    }

    var kernel: parley_masked_kernel {
        parley_masked_kernel(
            inputs: UInt32(inputs), outputs: UInt32(outputs), starts: starts, rows: rows, row_starts: rowStarts,
            columns: columns, places: places)
    }
}
