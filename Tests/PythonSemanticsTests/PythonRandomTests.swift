import PythonSemantics
import Testing

/// The figures are those of Python 3.10's `random.Random`.
@Suite("Random numbers are those of Python")
struct PythonRandomTests {
    @Test func bits() {
        var random = PythonRandom(seed: 0)
        #expect((0..<3).map { _ in random.next() } == [3_626_764_237, 1_654_615_998, 3_255_389_356])
    }

    @Test func shuffles() {
        var random = PythonRandom(seed: 42)
        var few = Array(0..<10)
        random.shuffle(&few)
        #expect(few == [7, 3, 2, 8, 5, 6, 9, 4, 0, 1])
        var many = Array(0..<1000)
        random.shuffle(&many)
        #expect(Array(many.prefix(8)) == [666, 572, 731, 334, 732, 501, 637, 635])
        #expect(many.enumerated().reduce(0) { $0 + $1.offset * $1.element } == 249_555_916)
    }

    @Test func seedsOfMoreThan32Bits() {
        var random = PythonRandom(seed: 1 << 40 + 5)
        var elements = Array(0..<5)
        random.shuffle(&elements)
        #expect(elements == [1, 0, 3, 2, 4])
    }
}
