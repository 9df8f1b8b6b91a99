/// Python's `random.Random`: the Mersenne Twister of Matsumoto and Nishimura (1998), MT19937, seeded by a whole number.
/// With the same seed it shuffles as Python does.
package struct PythonRandom: Sendable {
    private static let size = 624
    private static let distance = 397

    private var words: [UInt32]
    private var position = PythonRandom.size

    package init(seed: UInt64) {
        words = Self.words(seed: 19_650_218)
        // Python hands the number over as its 32-bit digits, the lowest first.
        let high = UInt32(truncatingIfNeeded: seed >> 32)
        let key = [UInt32(truncatingIfNeeded: seed)] + (high == 0 ? [] : [high])
        mix(key)
    }

    private static func words(seed: UInt32) -> [UInt32] {
        var words = [seed]
        words.reserveCapacity(size)
        for index in 1..<UInt32(size) {
            let last = words[words.count - 1]
            words.append(1_812_433_253 &* (last ^ last >> 30) &+ index)
        }
        return words
    }

    /// The reference implementation's `init_by_array`.
    private mutating func mix(_ key: [UInt32]) {
        var (place, digit) = (1, 0)
        func step(_ place: inout Int) {
            place += 1
            guard place == Self.size else { return }
            words[0] = words[Self.size - 1]
            place = 1
        }
        for _ in 0..<max(Self.size, key.count) {
            let last = words[place - 1]
            words[place] = (words[place] ^ (last ^ last >> 30) &* 1_664_525) &+ key[digit] &+ UInt32(digit)
            step(&place)
            digit = (digit + 1) % key.count
        }
        for _ in 1..<Self.size {
            let last = words[place - 1]
            words[place] = (words[place] ^ (last ^ last >> 30) &* 1_566_083_941) &- UInt32(place)
            step(&place)
        }
        words[0] = 0x8000_0000
    }

    private mutating func twist() {
        for place in 0..<Self.size {
            let next = words[(place + 1) % Self.size]
            let joined = words[place] & 0x8000_0000 | next & 0x7fff_ffff
            words[place] = words[(place + Self.distance) % Self.size] ^ joined >> 1 ^ (next & 1) &* 0x9908_b0df
        }
        position = 0
    }

    /// The next 32 bits.
    package mutating func next() -> UInt32 {
        if position == Self.size { twist() }
        var word = words[position]
        position += 1
        word ^= word >> 11
        word ^= word << 7 & 0x9d2c_5680
        word ^= word << 15 & 0xefc6_0000
        return word ^ word >> 18
    }

    /// A whole number from 0 to below `bound`, which is from 1 to 2³¹.
    package mutating func next(below bound: Int) -> Int {
        let unused = UInt32(UInt32(bound).leadingZeroBitCount)
        while true {
            let number = Int(next() >> unused)
            if number < bound { return number }
        }
    }

    /// Puts elements into a random order, as Python's `shuffle` does.
    package mutating func shuffle<Element>(_ elements: inout [Element]) {
        for index in elements.indices.dropFirst().reversed() { elements.swapAt(index, next(below: index + 1)) }
    }
}
