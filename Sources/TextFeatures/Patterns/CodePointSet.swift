/// A set of code points, halves of surrogate pairs among them, as ranges.
struct CodePointSet: Sendable, Hashable {
    static let last: UInt32 = 0x10FFFF
    private static let halves: ClosedRange<UInt32> = 0xD800...0xDFFF

    /// Rising, with gaps between them.
    private(set) var ranges: [ClosedRange<UInt32>] = []

    init(_ ranges: [ClosedRange<UInt32>] = []) { for range in ranges { insert(range) } }

    mutating func insert(_ range: ClosedRange<UInt32>) {
        // Those that overlap or touch become one.
        let start = place { $0.upperBound &+ 1 < range.lowerBound }
        let end = place { $0.lowerBound <= range.upperBound &+ 1 }
        guard start < end else { return ranges.insert(range, at: start) }
        let lower = min(range.lowerBound, ranges[start].lowerBound)
        let upper = max(range.upperBound, ranges[end - 1].upperBound)
        ranges.replaceSubrange(start..<end, with: CollectionOfOne(lower...upper))
    }

    mutating func formUnion(_ other: CodePointSet) { for range in other.ranges { insert(range) } }

    func contains(_ value: UInt32) -> Bool {
        let at = place { $0.upperBound < value }
        return at < ranges.count && ranges[at].contains(value)
    }

    var inverted: CodePointSet {
        var result = CodePointSet()
        var next: UInt32 = 0
        for range in ranges {
            if next < range.lowerBound { result.ranges.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= Self.last { result.ranges.append(next...Self.last) }
        return result
    }

    /// The ranges without halves of surrogate pairs, which no text has.
    var scalarRanges: [ClosedRange<UInt32>] {
        ranges.flatMap { range -> [ClosedRange<UInt32>] in
            guard range.overlaps(Self.halves) else { return [range] }
            var parts: [ClosedRange<UInt32>] = []
            if range.lowerBound < Self.halves.lowerBound { parts.append(range.lowerBound...Self.halves.lowerBound - 1) }
            if range.upperBound > Self.halves.upperBound { parts.append(Self.halves.upperBound + 1...range.upperBound) }
            return parts
        }
    }

    /// The number of ranges at the beginning for which something is true.
    private func place(_ precedes: (ClosedRange<UInt32>) -> Bool) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if precedes(ranges[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
