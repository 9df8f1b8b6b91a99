import Testing

@testable import Networks

@Suite("Examples that are held back")
struct HeldBackExamplesTests {
    @Test("each label gives its share; the only one of its label is learned from")
    func stratified() throws {
        let labels = [Int32](repeating: 0, count: 60) + [Int32](repeating: 1, count: 40) + [2]
        var generator = FixedNumbers(1)
        let split = try HeldBackExamples(10, of: 101, labels: labels, using: &generator)
        #expect(split.heldBack.filter { $0 < 60 }.count == 6)
        #expect(split.heldBack.count == 10)
        #expect(split.learned.contains(100))
        #expect(Set(split.learned).union(split.heldBack) == Set(0..<101))
        #expect(split.learned.count == 91)
    }

    @Test("without labels any example can be held back")
    func plain() throws {
        var generator = FixedNumbers(1)
        let split = try HeldBackExamples(3, of: 8, labels: nil, using: &generator)
        #expect(split.heldBack.count == 3)
        #expect(Set(split.learned).union(split.heldBack) == Set(0..<8))
        let none = try HeldBackExamples(0, of: 8, labels: nil, using: &generator)
        #expect(none.learned == Array(0..<8) && none.heldBack.isEmpty)
    }

    @Test("a number that does not fit the labels is refused", arguments: [1, 8, 9, 20])
    func refused(number: Int) {
        var generator = FixedNumbers(1)
        let labels: [Int32] = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
        #expect(throws: NetworkTrainingError.self) {
            _ = try HeldBackExamples(number, of: 10, labels: labels, using: &generator)
        }
    }
}
