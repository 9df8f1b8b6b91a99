import TestSupport
import Testing

@testable import NLU
@testable import TextFeatures

@Suite("Keywords are found by the words of a text as they are one by one")
struct KeywordIndexTests {
    @Test("among random keywords and expressions", arguments: 0..<60)
    func random(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let pieces = ["a", "ab", "é", " ", "-", "$", "_", "a b", "'", "İ", "b"]
        func text(_ maxCount: Int) -> String {
            (0..<Int.random(in: 1...maxCount, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
                .joined()
        }
        let ignoresCase = random.happens(0.5)
        let scratch = PatternScratch()
        let keywords = try (0..<12).map { _ in
            try Keyword(random.happens(0.1) ? "a+" : text(3), ignoringCase: ignoresCase) {
                (expression, ignoringCase) throws(LoadError) in
                do {
                    return try Pattern(expression, ignoringCase: ignoringCase)
                } catch {
                    throw LoadError(.badPattern, "\(error)")
                }
            }
        }
        let index = KeywordIndex(keywords)
        for _ in 0..<100 {
            let message = MessageText(text(8))
            let folded = ignoresCase ? CaseFolding.folded(message) : message
            let isFound = { (place: Int) in keywords[place].isFound(in: message, folded: folded, using: scratch) }
            #expect(index.candidates(in: folded).filter(isFound) == keywords.indices.filter(isFound))
        }
    }
}
