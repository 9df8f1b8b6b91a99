import Testing

@testable import Networks

@Suite("The batches of an epoch")
struct BatchPlanTests {
    private static func options(_ change: (inout LearningOptions) -> Void = { _ in }) -> LearningOptions {
        var options = LearningOptions()
        options.batchSizes = BatchSizes(first: 8, last: 8)
        change(&options)
        return options
    }

    private static func all(_ plan: BatchPlan) -> [Int32] { (0..<plan.count).flatMap { plan[$0] } }

    @Test("sizes grow in a straight line")
    func sizes() {
        let options = Self.options {
            $0.epochs = 4
            $0.batchSizes = BatchSizes(first: 64, last: 256)
        }
        #expect((0..<4).map(options.size(inEpoch:)) == [64, 128, 192, 256])
        let uneven = Self.options {
            $0.epochs = 8
            $0.batchSizes = BatchSizes(first: 3, last: 5)
        }
        #expect((0..<8).map(uneven.size(inEpoch:)) == [3, 3, 3, 3, 4, 4, 4, 5])
    }

    @Test("without balance every example comes once")
    func sequence() {
        var (plan, generator) = (
            BatchPlan(Self.options { $0.isBalanced = false }, examples: Array(0..<30), labels: nil), FixedNumbers(1)
        )
        plan.begin(epoch: 0, using: &generator)
        #expect(plan.count == 4)
        #expect(plan[3].count == 6)
        #expect(Self.all(plan).sorted() == Array(0..<30))
        let before = Self.all(plan)
        plan.begin(epoch: 1, using: &generator)
        #expect(Self.all(plan) != before)
    }

    @Test("with balance every example comes at least once, and rare labels in about every other batch")
    func balance() {
        // Label 0 has 90 examples, label 1 has 4, label 2 has 2.
        let labels = [Int32](repeating: 0, count: 90) + [1, 1, 1, 1, 2, 2]
        var (plan, generator) = (
            BatchPlan(Self.options(), examples: Array(0..<96), labels: labels), FixedNumbers(2)
        )
        plan.begin(epoch: 0, using: &generator)
        let order = Self.all(plan)
        #expect(Set(order) == Set(0..<96))
        // 90 / 96 · 8 + 1 = 8 of label 0 in each of 12 rounds, one of each of the others.
        #expect(order.filter { $0 < 90 }.count == 90)
        let rare = order.filter { $0 >= 94 }.count
        #expect(rare > 4 && rare < 10)
    }

    @Test("the same seed gives the same order")
    func determinism() {
        let labels = (0..<50).map { Int32($0 % 7) }
        let orders = (0..<2).map { _ in
            var (plan, generator) = (
                BatchPlan(Self.options(), examples: Array(0..<50), labels: labels), FixedNumbers(9)
            )
            plan.begin(epoch: 0, using: &generator)
            return Self.all(plan)
        }
        #expect(orders[0] == orders[1])
    }

    @Test("a last batch of less than half the size can be left out, but not the only one")
    func small() {
        func count(_ examples: Int32) -> Int {
            let options = Self.options {
                $0.isBalanced = false
                $0.dropsSmallLastBatch = true
            }
            var (plan, generator) = (BatchPlan(options, examples: Array(0..<examples), labels: nil), FixedNumbers(1))
            plan.begin(epoch: 0, using: &generator)
            return plan.count
        }
        #expect(count(19) == 2)
        #expect(count(20) == 3)
        #expect(count(16) == 2)
        #expect(count(2) == 1)
        #expect(count(0) == 0)
    }
}
