import Testing

@testable import Networks

extension RecordedStep {
    /// Every tensor to 1e-4 of its largest entry, where the mask lets live.
    func compare(_ found: [String: [Float]], _ wanted: [String: Tensor]) throws {
        let masks = variables("weights")
        #expect(Set(found.keys) == Set(wanted.keys))
        for (path, tensor) in wanted {
            let numbers = try #require(found[path], "\(path) is missing")
            let mask = masks[path + "_mask"]?.numbers
            var (apart, largest): (Float, Float) = (0, 0)
            for (index, number) in tensor.numbers.enumerated() where mask?[index] != 0 {
                apart = max(apart, abs(number - numbers[index]))
                largest = max(largest, abs(number))
            }
            // A gradient that is nothing but rounding has no largest entry to speak of.
            #expect(apart <= 1e-4 * max(largest, 1e-3), "\(path): \(apart) of \(largest)")
        }
    }
}
