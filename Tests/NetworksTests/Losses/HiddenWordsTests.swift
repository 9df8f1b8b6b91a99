import Tensors
import Testing

@testable import Networks

@Suite("Words that are hidden to be guessed")
struct HiddenWordsTests {
    @Test("15 % are chosen, of which 70 % are hidden and 10 % are another row")
    func shares() {
        let texts = (0..<2000).map { TextRows(first: $0 * 6, tokens: 5, others: 1) }
        var (words, generator) = (HiddenWords(), FixedNumbers(1))
        words.choose(texts, using: &generator)
        let count = Double(words.rows.count)
        #expect(abs(count / 10000 - 0.15) < 0.01)
        #expect(words.rows.allSatisfy { $0 % 6 != 5 })
        let vectors = Double(words.substitutes.filter { $0 == .vector }.count)
        let same = Double(words.substitutes.filter { $0 == .itself }.count)
        #expect(abs(vectors / count - 0.7) < 0.05)
        #expect(abs(same / count - 0.2) < 0.05)
        let others = words.substitutes.compactMap { if case .row(let row) = $0 { row } else { nil } }
        #expect(others.allSatisfy { $0 % 6 != 5 })
    }

    @Test("where none is chosen, the first is guessed unhidden")
    func none() {
        /// Chance that never chooses.
        struct Low: RandomNumberGenerator {
            mutating func next() -> UInt64 { 0 }
        }
        var (words, generator) = (HiddenWords(), Low())
        words.choose([TextRows(first: 3, tokens: 2, others: 1)], using: &generator)
        #expect(words.rows == [3])
        #expect(words.substitutes == [.itself])
    }

    @Test("words are alike by their dense features, or else by their sparse ones")
    func classes() throws {
        var sparse = SparseMatrix(columns: 4)
        for row in [[0, 2], [1], [2, 0], []] { sparse.appendRow(row.map { (column: $0, value: 1) }) }
        var classes = WordClasses()
        let bySparse = classes.classes(of: FeatureSet(sparse: sparse))
        #expect(bySparse[0] == bySparse[2])
        #expect(Set(bySparse).count == 3)
        let dense = Matrix(rows: 4, columns: 1, values: [1, 1, 2, 0])
        let byDense = classes.classes(of: FeatureSet(sparse: sparse, dense: dense))
        #expect(byDense[0] == byDense[1])
        #expect(Set(byDense).count == 3)
    }
}
