import Encodings
import JSON

/// Texts with the columns that stand for them, found by their bytes: an open-addressing table over one pool of bytes.
package struct Vocabulary: Sendable {
    private let capacity: Int

    private struct Entry {
        let hash: UInt32
        let start: Int32
        let count: Int32
        let column: Int32
    }

    private var pool: [UInt8] = []
    /// The place of an entry in `entries`, or -1; a power of two of them, at least twice the entries.
    private var slots: [Int32]
    private var entries: [Entry] = []

    var count: Int { entries.count }

    package init(capacity: Int) {
        var size = 8
        while size < 2 * capacity { size *= 2 }
        slots = Array(repeating: -1, count: size)
        entries.reserveCapacity(capacity)
        self.capacity = size / 2
    }

    /// A table from texts and columns; nil if a column is not a whole number in `columns`.
    init?(_ members: JSONObject, columns: Range<Int>) {
        self.init(capacity: members.count)
        for (text, value) in members {
            guard let column = value.int, columns.contains(column) else { return nil }
            insert(text.utf8, column: Int32(truncatingIfNeeded: column))
        }
    }

    /// Adds a text, unless it is there already. There must be room for it.
    package mutating func insert(_ text: some Collection<UInt8>, column: Int32) {
        precondition(count < capacity, "a table is full")
        let start = pool.count
        pool.append(contentsOf: text)
        let hash = FNV1a(pool[start...])
        guard self.column(of: pool, in: start..<pool.count, hash: hash) == nil else {
            pool.removeLast(pool.count - start)
            return
        }
        var slot = Int(hash.folded) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(truncatingIfNeeded: entries.count)
        entries.append(
            Entry(
                hash: hash.folded, start: Int32(truncatingIfNeeded: start),
                count: Int32(truncatingIfNeeded: pool.count - start), column: column))
    }

    /// The column of a part of some bytes; nil if it is not among the texts.
    package func column(of bytes: [UInt8], in range: Range<Int>) -> Int32? {
        column(of: bytes, in: range, hash: FNV1a(bytes[range]))
    }

    /// The same where the hash of the part is known.
    func column(of bytes: [UInt8], in range: Range<Int>, hash: FNV1a) -> Int32? {
        let wanted = hash.folded
        var slot = Int(wanted) & (slots.count - 1)
        while slots[slot] >= 0 {
            let entry = entries[Int(slots[slot])]
            if entry.hash == wanted, Int(entry.count) == range.count, isEqual(entry, bytes, range.lowerBound) {
                return entry.column
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    func column(of text: String) -> Int32? {
        let bytes = Array(text.utf8)
        return column(of: bytes, in: 0..<bytes.count)
    }

    private func isEqual(_ entry: Entry, _ bytes: [UInt8], _ start: Int) -> Bool {
        for index in 0..<Int(entry.count) where pool[Int(entry.start) + index] != bytes[start + index] { return false }
        return true
    }
}

extension FNV1a {
    /// All bits of the state have a part in these.
    fileprivate var folded: UInt32 { UInt32(truncatingIfNeeded: value ^ value >> 32) }
}
