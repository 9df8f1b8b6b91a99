/// How much a pickle may hold before it is refused.
package struct PickleLimits: Sendable, Hashable {
    /// Bytes, unpacked.
    package var bytes: Int
    /// Opcodes that are run.
    package var steps: Int
    /// Values that are made, and entries of lists and dictionaries.
    package var values: Int
    /// Values, where one that is named several times counts each time, and long ones by their length: what it costs to
    /// walk through the whole.
    package var expandedValues: Int
    /// Levels of values within values.
    package var depth: Int

    /// So many bytes of a text, or of an array's numbers, count as one value more.
    static let bytesOfValue = 16

    /// 64 MiB, 4 million opcodes, 1 million values, 16 million expanded ones, 100 levels.
    package static let standard = PickleLimits(
        bytes: 64 << 20, steps: 4_000_000, values: 1_000_000, expandedValues: 16_000_000, depth: 100)

    package init(bytes: Int, steps: Int, values: Int, expandedValues: Int, depth: Int) {
        (self.bytes, self.steps, self.values) = (bytes, steps, values)
        (self.expandedValues, self.depth) = (expandedValues, depth)
    }
}
