/// How a batch is cut into chunks that threads compute: by its rows alone, so that the sums over chunks, and with them
/// the weights, are the same for any number of threads.
struct BatchChunks: Sendable {
    static let max = 4

    /// Places in the batch.
    let ranges: [Range<Int>]

    /// - Parameter rows: The rows of each example.
    init(rows: [Int]) {
        let total = rows.reduce(0, +)
        let wanted = Swift.min(total < 128 ? 1 : total < 1024 ? 2 : Self.max, Swift.max(rows.count, 1))
        var ranges: [Range<Int>] = []
        var (start, seen) = (0, 0)
        for (index, count) in rows.enumerated() {
            seen += count
            if seen * wanted >= total * (ranges.count + 1), ranges.count < wanted - 1 {
                ranges.append(start..<index + 1)
                start = index + 1
            }
        }
        if start < rows.count || ranges.isEmpty { ranges.append(start..<rows.count) }
        self.ranges = ranges
    }
}
