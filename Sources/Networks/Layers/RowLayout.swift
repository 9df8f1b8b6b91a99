/// Where the rows of a chunk's sequences lie: one sequence after another, without padding.
package struct RowLayout {
    package let sequences: Int
    /// Rows of all sequences.
    package let rows: Int
    /// The first row of each sequence and, at the end, the number of rows.
    package let starts: UnsafeMutablePointer<UInt32>
    /// The place of each row in its sequence, counted from 0.
    package let positions: UnsafeMutablePointer<UInt32>
    /// The last row of each sequence.
    package let lastRows: UnsafeMutablePointer<UInt32>
    package let longest: Int
    /// The sum of squared lengths: as many pairs of rows see each other.
    package let pairs: Int

    /// A layout of sequences of these lengths, at least 1 each.
    package init(lengths: some Collection<Int>, in pass: Pass) {
        sequences = lengths.count
        starts = pass.take(UInt32.self, sequences + 1)
        lastRows = pass.take(UInt32.self, sequences)
        let rows = lengths.reduce(0, +)
        positions = pass.take(UInt32.self, rows)
        var (row, longest, pairs) = (0, 0, 0)
        for (index, length) in lengths.enumerated() {
            starts[index] = UInt32(row)
            for position in 0..<length { positions[row + position] = UInt32(position) }
            row += length
            lastRows[index] = UInt32(row - 1)
            longest = max(longest, length)
            pairs += length * length
        }
        starts[sequences] = UInt32(row)
        (self.rows, self.longest, self.pairs) = (row, longest, pairs)
    }
}

/// Which rows of its sequences a transformer is asked for.
package enum WantedRows: Sendable, Hashable {
    case all
    /// One of each sequence. The last layer then computes little else.
    case first, last
}

extension RowLayout {
    /// The rows that are wanted; nil for all.
    package func rows(_ wanted: WantedRows) -> UnsafePointer<UInt32>? {
        switch wanted {
        case .all: nil
        case .first: UnsafePointer(starts)
        case .last: UnsafePointer(lastRows)
        }
    }
}
