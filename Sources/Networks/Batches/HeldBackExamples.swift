/// Which examples are learned from, and which are held back to look at the progress
/// (`evaluate_on_number_of_examples`).
package struct HeldBackExamples: Sendable, Hashable {
    package private(set) var learned: [Int32]
    package private(set) var heldBack: [Int32]

    /// Draws the examples that are held back. With labels, each label gives its share, and an example that is the only one
    /// of its label is learned from (scikit-learn's stratified split, as Rasa calls it).
    ///
    /// - Throws: ``NetworkTrainingError`` with `.unsuited` where the number does not fit the labels.
    package init(
        _ heldBack: Int, of examples: Int, labels: [Int32]?, using generator: inout some RandomNumberGenerator
    ) throws(NetworkTrainingError) {
        let all = Array(0..<Int32(examples))
        guard heldBack > 0 else {
            self.learned = all
            self.heldBack = []
            return
        }
        var groups = Dictionary(grouping: all) { labels?[Int($0)] ?? 0 }.sorted { $0.key < $1.key }.map(\.value)
        let kinds = labels == nil ? 0 : groups.count
        guard heldBack < examples - kinds else {
            throw .unsuited(
                "'evaluate_on_number_of_examples' is \(heldBack), but of \(examples) examples at least one more than "
                    + "there are labels (\(kinds)) must remain to learn from")
        }
        guard heldBack >= kinds else {
            throw .unsuited(
                "'evaluate_on_number_of_examples' is \(heldBack), but must be at least the number of labels, "
                    + "\(kinds)")
        }
        let alone = labels == nil ? [] : groups.filter { $0.count == 1 }.flatMap(\.self)
        if labels != nil { groups.removeAll { $0.count == 1 } }
        let shared = groups.reduce(0) { $0 + $1.count }
        guard heldBack < shared else {
            throw .unsuited(
                "'evaluate_on_number_of_examples' is \(heldBack), but only \(shared) examples share their label with "
                    + "others; it must be less")
        }
        for index in groups.indices { generator.shuffle(&groups[index]) }
        let counts = groups.map(\.count)
        let kept = Self.shares(of: shared - heldBack, among: counts, using: &generator)
        let given = Self.shares(of: heldBack, among: zip(counts, kept).map { $0 - $1 }, using: &generator)
        var result: (learned: [Int32], heldBack: [Int32]) = ([], [])
        for (index, group) in groups.enumerated() {
            result.learned.append(contentsOf: group[..<kept[index]])
            result.heldBack.append(contentsOf: group[kept[index]..<kept[index] + given[index]])
        }
        generator.shuffle(&result.learned)
        generator.shuffle(&result.heldBack)
        self.learned = result.learned + alone
        self.heldBack = result.heldBack
    }

    /// A number in shares as groups are large: rounded down, and what is missing goes to the largest remainders, among
    /// equals by chance.
    private static func shares(
        of number: Int, among counts: [Int], using generator: inout some RandomNumberGenerator
    ) -> [Int] {
        let total = counts.reduce(0, +)
        guard total > 0 else { return counts }
        let exact = counts.map { Double($0) / Double(total) * Double(number) }
        var shares = exact.map { Int($0) }
        var order = Array(0..<Int32(counts.count))
        generator.shuffle(&order)
        // Sorting by insertion of equals in their order is not promised by the library, so the place decides.
        let ranked = order.enumerated().sorted { left, right in
            let (a, b) = (remainder(exact, left.element), remainder(exact, right.element))
            return a == b ? left.offset < right.offset : a > b
        }
        for (_, index) in ranked.prefix(number - shares.reduce(0, +)) { shares[Int(index)] += 1 }
        return shares
    }

    private static func remainder(_ exact: [Double], _ index: Int32) -> Double {
        exact[Int(index)] - exact[Int(index)].rounded(.down)
    }
}
