extension NetworkVariable {
    /// A kernel of sparse features with more rows, for learning on with data that has more features.
    ///
    /// Featurizers add columns behind their own, so rows are added behind those of each featurizer; as in Rasa their
    /// numbers are drawn with the mean and deviation of the whole kernel. Moments are left out: Rasa begins a new
    /// optimizer then, for all variables, so `earlierSteps` must be 0.
    ///
    /// - Parameters:
    ///   - old: The features of each featurizer as the kernel has them, in the order of the pipeline.
    ///   - new: The same as they are now.
    /// - Throws: ``NetworkTrainingError`` with `.unfit` where a featurizer has fewer than before, or the widths are not
    ///   the kernel's.
    package func widened(
        from old: [Int], to new: [Int], random: RandomKey
    ) throws(NetworkTrainingError) -> NetworkVariable {
        guard shape.count == 2, old.count == new.count, shape[0] == old.reduce(0, +) else {
            throw .unfit(
                "\(path) has the shape \(shape), which \(old.count) featurizers with \(old) features do not fit")
        }
        guard zip(old, new).allSatisfy({ $0 <= $1 }) else {
            throw .unfit(
                "A featurizer has fewer features than when \(path) was learned: \(new), not at least \(old); train anew"
            )
        }
        guard old != new else { return self }
        let width = shape[1]
        let count = Float(values.count)
        let mean = values.reduce(0, +) / count
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        var stream = RandomStream(random.key(.addedFeatures))
        var widened: [Float] = []
        widened.reserveCapacity(new.reduce(0, +) * width)
        var row = 0
        for (before, now) in zip(old, new) {
            widened.append(contentsOf: values[row * width..<(row + before) * width])
            for _ in 0..<(now - before) * width { widened.append(mean + deviation * stream.normal()) }
            row += before
        }
        return NetworkVariable(path: path, shape: [new.reduce(0, +), width], values: widened)
    }
}
