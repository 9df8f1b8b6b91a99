package import CKernels

/// The kernel between sparse features and dense rows (Rasa's `DenseForSparse`), [features, outputs].
///
/// It is the largest part of most networks, and a batch touches a few of its rows. So chunks have no gradient of it:
/// they leave the gradient of the rows that came out, and what belongs to a feature is summed when the feature's
/// weights are stepped. Features without an entry in the batch have a gradient of zero, and Adam still moves them.
///
/// Unchecked: chunks write their own ranges of `outputGradient`; values are written between passes, each row by one
/// thread.
package final class SparseKernel: @unchecked Sendable {
    package let inputs: Int
    package let outputs: Int
    package let values: UnsafeMutablePointer<Float>
    let firstMoments: UnsafeMutablePointer<Float>
    let secondMoments: UnsafeMutablePointer<Float>

    /// The entries of a chunk's rows as they went in, and the number of its first row in the batch.
    struct Input {
        var firstRow = 0
        var rows = 0
        var starts: UnsafePointer<UInt32>?
        var columns: UnsafePointer<UInt32>?
        var values: UnsafePointer<Float>?
    }

    /// By slot; each written by its chunk.
    private let chunks: UnsafeMutableBufferPointer<Input>
    /// The gradient of all rows of the batch, [rows, outputs].
    private(set) var outputGradient: UnsafeMutablePointer<Float>
    private var rowCapacity = 0
    /// The batch's entries by feature.
    private let starts: UnsafeMutablePointer<UInt32>
    private var rowOfEntry: UnsafeMutablePointer<UInt32>
    private var valueOfEntry: UnsafeMutablePointer<Float>
    private var entryCapacity = 0

    init(inputs: Int, outputs: Int, slots: Int) {
        self.inputs = inputs
        self.outputs = outputs
        func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
            let numbers = UnsafeMutablePointer<Float>.allocate(capacity: count + 32)
            numbers.initialize(repeating: 0, count: count + 32)
            return numbers
        }
        values = zeros(inputs * outputs)
        firstMoments = zeros(inputs * outputs)
        secondMoments = zeros(inputs * outputs)
        chunks = .allocate(capacity: slots)
        chunks.initialize(repeating: Input())
        outputGradient = .allocate(capacity: 1)
        starts = .allocate(capacity: inputs + 2)
        rowOfEntry = .allocate(capacity: 1)
        valueOfEntry = .allocate(capacity: 1)
    }

    deinit {
        for memory in [values, firstMoments, secondMoments, outputGradient, valueOfEntry] { memory.deallocate() }
        chunks.deallocate()
        starts.deallocate()
        rowOfEntry.deallocate()
    }

    /// Makes room for the rows of a batch; before its chunks begin.
    func begin(rows: Int) {
        for slot in chunks.indices { chunks[slot] = Input() }
        guard rows > rowCapacity else { return }
        outputGradient.deallocate()
        rowCapacity = rows + rows / 4
        outputGradient = .allocate(capacity: rowCapacity * outputs + 32)
    }

    func receive(_ input: Input, slot: Int) { chunks[slot] = input }

    /// Sorts the entries of all chunks by feature, keeping the order of rows. After all chunks' forward passes.
    func sortEntries() {
        starts.initialize(repeating: 0, count: inputs + 2)
        var count = 0
        for input in chunks {
            guard let begins = input.starts, let columns = input.columns, input.rows > 0 else { continue }
            let entries = Int(begins[input.rows])
            for entry in 0..<entries { starts[Int(columns[entry]) + 2] += 1 }
            count += entries
        }
        if count > entryCapacity {
            rowOfEntry.deallocate()
            valueOfEntry.deallocate()
            entryCapacity = count + count / 4
            rowOfEntry = .allocate(capacity: entryCapacity)
            valueOfEntry = .allocate(capacity: entryCapacity)
        }
        for feature in 0..<inputs { starts[feature + 2] += starts[feature + 1] }
        for input in chunks {
            guard let begins = input.starts, let columns = input.columns, let values = input.values else { continue }
            for row in 0..<input.rows {
                for entry in Int(begins[row])..<Int(begins[row + 1]) {
                    let place = Int(starts[Int(columns[entry]) + 1])
                    starts[Int(columns[entry]) + 1] += 1
                    rowOfEntry[place] = UInt32(input.firstRow + row)
                    valueOfEntry[place] = values[entry]
                }
            }
        }
    }

    /// Writes the gradient of the weights of some features. After ``sortEntries()`` and all chunks' backward passes.
    func gradient(
        of features: Range<Int>, to result: UnsafeMutablePointer<Float>, _ kernels: parley_training_kernels
    ) {
        // The transposed batch times the gradient of its rows.
        var entries = parley_sparse_rows(
            starts: starts + features.lowerBound, columns: rowOfEntry, values: valueOfEntry, picks: nil,
            count: features.count)
        kernels.sparse_forward(&entries, nil, outputGradient, outputs, nil, result, outputs)
    }

    /// The gradient as a full matrix, for tests.
    package func gradient(_ kernels: parley_training_kernels) -> [Float] {
        var full = [Float](repeating: 0, count: inputs * outputs + 32)
        full.withUnsafeMutableBufferPointer { full in
            guard let base = full.baseAddress else { return }
            gradient(of: 0..<inputs, to: base, kernels)
        }
        return Array(full.prefix(inputs * outputs))
    }
}
