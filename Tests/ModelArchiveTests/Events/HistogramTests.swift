import System
import TestSupport
import Testing

@testable import ModelArchive

@Suite("Histograms have TensorBoard's buckets")
struct HistogramTests {
    /// The buckets that are not empty.
    private func counts(_ histogram: Histogram) -> [Int: Int] {
        var counts: [Int: Int] = [:]
        for (index, bucket) in histogram.buckets.enumerated() where bucket.count > 0 { counts[index] = bucket.count }
        return counts
    }

    @Test func thirtyOfOneWidth() {
        // As TensorBoard 2.12 has it.
        let histogram = Histogram(of: [-1.5, 0.1, 0.2, 0.25, 3, 0.25])
        #expect(counts(histogram) == [0: 1, 10: 1, 11: 3, 29: 1])
        #expect(histogram.buckets.count == 30)
        #expect(histogram.buckets.first == .init(from: -1.5, to: -1.35, count: 1))
        #expect(histogram.buckets.last == .init(from: 2.8499999999999996, to: 3, count: 1))
        #expect(zip(histogram.buckets, histogram.buckets.dropFirst()).allSatisfy { $0.to == $1.from })
    }

    @Test func oneNumberAlone() {
        let histogram = Histogram(of: [0.5, 0.5])
        #expect(counts(histogram) == [29: 2])
        #expect(histogram.buckets.allSatisfy { $0.from == 0.5 && $0.to == 0.5 })
    }

    @Test func nothingToCount() {
        #expect(counts(Histogram(of: [])) == [:])
        #expect(Histogram(of: [.nan, .infinity]).buckets.count == 30)
        #expect(counts(Histogram(of: [.nan, 1, 2])) == [0: 1, 29: 1])
    }

    @Test func inFiles() throws {
        let directory = try TemporaryDirectory()
        let file = try EventFile(in: directory.path)
        let histogram = Histogram(of: [-1.5, 0.1, 0.2, 0.25, 3, 0.25])
        try file.add(histogram, "w/kernel_0/histogram", step: 10)
        try file.close()
        let record = try #require(try EventRecord.read(File.read(file.path)).last)
        #expect(record.tag == "w/kernel_0/histogram" && record.plugin == "histograms" && record.step == 10)
        #expect(record.type == 2 && record.shape == [30, 3])
        let numbers = histogram.buckets.flatMap { [$0.from, $0.to, Double($0.count)] }
        #expect(record.content == numbers.flatMap { number in withUnsafeBytes(of: number) { Array($0) } })
    }
}
