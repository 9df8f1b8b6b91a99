extension RandomNumberGenerator {
    /// A number from 0 to `bound - 1`, each as probable as the others but for 2⁻³² of it.
    package mutating func below(_ bound: Int) -> Int {
        Int((next() >> 32).multipliedFullWidth(by: UInt64(bound) << 32).high)
    }

    /// Puts the elements in random order (Fisher and Yates).
    package mutating func shuffle(_ elements: inout [Int32]) {
        for index in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(index, below(index + 1))
        }
    }
}
