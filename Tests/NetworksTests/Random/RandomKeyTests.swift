import Testing

@testable import Networks

@Suite("Random numbers by key and element")
struct RandomKeyTests {
    @Test("equal keys give equal numbers, others others")
    func keys() {
        let key = RandomKey(1).key(.step, 3, 4)
        #expect(key == RandomKey(1).key(.step, 3, 4))
        let others = [
            RandomKey(2).key(.step, 3, 4), RandomKey(1).key(.dropout, 3, 4), RandomKey(1).key(.step, 4, 3),
            RandomKey(1).key(.step, 3, 5),
        ]
        for other in others { #expect(other[0] != key[0]) }
    }

    @Test("shares are even, and normal numbers normal")
    func distribution() {
        let key = RandomKey(5)
        let shares = (0..<20_000).map { key.share($0) }
        #expect(shares.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(shares.reduce(0, +) / 20_000 - 0.5) < 0.01)
        var stream = RandomStream(key)
        let normal = (0..<20_000).map { _ in stream.normal() }
        #expect(abs(normal.reduce(0, +) / 20_000) < 0.03)
        #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / 20_000 - 1) < 0.04)
    }
}
