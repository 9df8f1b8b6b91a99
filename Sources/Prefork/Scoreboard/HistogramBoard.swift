import CParleySystem
package import System

/// Counts and times of named series, in memory that the supervisor and all workers share. Every worker writes to its
/// own place and goes on with what a dead one has counted; whoever reads adds all places up.
///
/// Names are written by whoever has a series first, and never change. Two workers may write the same name at the same
/// time to two places; they are one series to whoever reads.
package final class HistogramBoard: @unchecked Sendable {
    // Shared between threads and processes; every access is atomic, one word at a time.
    private let words: UnsafeMutablePointer<UInt64>
    private let capacity: Int
    private let maxSeries: Int

    /// The upper bounds of the buckets in microseconds; one more takes what is above.
    package static let bounds = [
        1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
        10_000_000,
    ]
    /// How many kinds of ends a series tells apart.
    package static let kinds = 5
    /// The longest name in bytes; whatever has a longer one is counted without a name.
    package static let maxName = (nameWords - 1) * 8

    private static let nameWords = 16
    /// Ends of each kind, the sum of the times, the buckets; whole cache lines, so that no two workers write to one.
    private static let seriesWords = 24

    /// One series; those that found no room, or have no name, are the first.
    package struct Series: Sendable, Hashable {
        fileprivate let index: Int

        /// What has no name of its own.
        package static let other = Series(index: 0)
    }

    /// What all workers have counted of a series.
    package struct Totals: Sendable, Hashable {
        package var ends = Array(repeating: 0, count: HistogramBoard.kinds)
        package var microseconds = 0
        /// Not added up: each bucket has what is in none before.
        package var buckets = Array(repeating: 0, count: HistogramBoard.bounds.count + 1)

        package init() {}
    }

    /// - Parameters:
    ///   - capacity: How many workers have a place.
    ///   - maxSeries: How many series there may be, the one without a name included.
    package init(capacity: Int, maxSeries: Int) throws(SystemError) {
        self.capacity = capacity
        self.maxSeries = maxSeries
        let count = maxSeries * (Self.nameWords + capacity * Self.seriesWords)
        guard let memory = parley_map_shared(count * MemoryLayout<UInt64>.stride) else { throw SystemError("mmap") }
        words = memory.bindMemory(to: UInt64.self, capacity: count)
    }

    deinit {
        parley_unmap(
            words, maxSeries * (Self.nameWords + capacity * Self.seriesWords) * MemoryLayout<UInt64>.stride)
    }

    /// The series of a name, which is made where there is none.
    package func series(named name: String) -> Series {
        let bytes = Array(name.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.maxName else { return .other }
        for index in 1..<maxSeries {
            if let known = self.name(of: index) {
                if known == bytes { return Series(index: index) }
            } else if claim(index) {
                write(bytes, to: index)
                return Series(index: index)
            }
        }
        return .other
    }

    /// Counts one end in a worker's place. From that worker only.
    ///
    /// - Parameter kind: From 0 to ``kinds``, not included.
    package func add(_ series: Series, of worker: Int, kind: Int, microseconds: Int) {
        guard worker >= 0, worker < capacity, kind >= 0, kind < Self.kinds else { return }
        let place = words + self.place(of: worker, series.index)
        parley_add(place + kind, 1)
        parley_add(place + Self.kinds, UInt64(clamping: microseconds))
        let bucket = Self.bounds.firstIndex { microseconds <= $0 } ?? Self.bounds.count
        parley_add(place + Self.kinds + 1 + bucket, 1)
    }

    /// What all workers, dead ones included, have counted: by name, in the order in which names came up; the one without
    /// a name first.
    ///
    /// - Parameter used: How many places were ever used.
    package func totals(used: Int) -> [(name: String, totals: Totals)] {
        var totals = [(name: "", totals: total(of: 0, used))]
        for index in 1..<maxSeries {
            guard let bytes = name(of: index) else {
                // One that is being written comes with the next look; behind a free place there is nothing.
                if parley_load_ordered(words + index * Self.nameWords) == Self.free { break }
                continue
            }
            let name = String(decoding: bytes, as: UTF8.self)
            let total = total(of: index, used)
            if let known = totals.firstIndex(where: { $0.name.utf8.elementsEqual(bytes) }) {
                totals[known].totals.add(total)
            } else {
                totals.append((name, total))
            }
        }
        return totals
    }

    private func total(of index: Int, _ used: Int) -> Totals {
        var totals = Totals()
        for worker in 0..<min(used, capacity) {
            let place = words + self.place(of: worker, index)
            for kind in 0..<Self.kinds { Self.add(place + kind, to: &totals.ends[kind]) }
            Self.add(place + Self.kinds, to: &totals.microseconds)
            for bucket in totals.buckets.indices {
                Self.add(place + Self.kinds + 1 + bucket, to: &totals.buckets[bucket])
            }
        }
        return totals
    }

    private static func add(_ word: UnsafePointer<UInt64>, to sum: inout Int) {
        sum = sum.addingSaturating(Int(clamping: parley_load(word)))
    }

    private func place(of worker: Int, _ index: Int) -> Int {
        maxSeries * Self.nameWords + (worker * maxSeries + index) * Self.seriesWords
    }

    // MARK: Names

    /// The first word of a name: free, being written, or its length and ``lengthOffset``.
    private static let free: UInt64 = 0
    private static let claimed: UInt64 = 1
    private static let lengthOffset: UInt64 = 2

    private func claim(_ index: Int) -> Bool {
        parley_claim(words + index * Self.nameWords, Self.free, Self.claimed) != 0
    }

    private func write(_ bytes: [UInt8], to index: Int) {
        let place = words + index * Self.nameWords
        for (offset, byte) in bytes.enumerated() {
            parley_add(place + 1 + offset / 8, UInt64(byte) << UInt64(offset % 8 * 8))
        }
        parley_store_ordered(place, UInt64(bytes.count) + Self.lengthOffset)
    }

    private func name(of index: Int) -> [UInt8]? {
        let place = words + index * Self.nameWords
        let state = parley_load_ordered(place)
        guard state >= Self.lengthOffset, state - Self.lengthOffset <= UInt64(Self.maxName) else { return nil }
        return (0..<Int(state - Self.lengthOffset)).map { offset in
            UInt8(truncatingIfNeeded: parley_load(place + 1 + offset / 8) >> UInt64(offset % 8 * 8))
        }
    }
}

extension HistogramBoard.Totals {
    fileprivate mutating func add(_ other: HistogramBoard.Totals) {
        for kind in ends.indices { ends[kind] = ends[kind].addingSaturating(other.ends[kind]) }
        microseconds = microseconds.addingSaturating(other.microseconds)
        for bucket in buckets.indices { buckets[bucket] = buckets[bucket].addingSaturating(other.buckets[bucket]) }
    }
}
