/// How numbers are spread over buckets of one width, as TensorBoard draws it.
package struct Histogram: Sendable, Hashable {
    package struct Bucket: Sendable, Hashable {
        package var from: Double
        package var to: Double
        package var count = 0
    }

    package private(set) var buckets: [Bucket]

    /// As many as TensorBoard takes where nobody says otherwise.
    private static let bucketCount = 30

    /// The spread of some numbers. Where all are the same, they are in the last bucket, and all buckets are points.
    package init(of numbers: some Collection<Float>) {
        let finite = numbers.lazy.filter { $0.isFinite }.map { Double($0) }
        guard let least = finite.min(), let greatest = finite.max() else {
            buckets = Array(repeating: Bucket(from: 0, to: 0), count: Self.bucketCount)
            return
        }
        let width = (greatest - least) / Double(Self.bucketCount)
        buckets = (0..<Self.bucketCount).map { index in
            Bucket(from: least + Double(index) * width, to: least + Double(index + 1) * width)
        }
        let last = Self.bucketCount - 1
        buckets[last].to = greatest
        for number in finite {
            buckets[width > 0 ? min(Int((number - least) / width), last) : last].count += 1
        }
    }
}
