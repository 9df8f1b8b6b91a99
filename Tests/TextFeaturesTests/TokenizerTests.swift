import JSON
import TestSupport
import Testing

@testable import TextFeatures

@Suite("Texts are split into words as by Rasa's WhitespaceTokenizer")
struct TokenizerTests {
    private func words(_ text: String, _ pattern: String? = nil) throws -> [JSON] {
        let tokenizer = try WhitespaceTokenizer(pattern: pattern.map { try Pattern($0) })
        let text = MessageText(text)
        return tokenizer.tokens(of: text, using: Scratch()).map {
            [.string(text.string($0.bytes)), .int($0.scalars.lowerBound), .int($0.scalars.upperBound)]
        }
    }

    @Test func goldenVectors() throws {
        for (text, expected) in try #require(try Fixtures.sharedJSON("tokens.json").object) {
            #expect(JSON.array(try words(text)) == expected, "\(text)")
        }
    }

    @Test func emptyTextIsOneEmptyWord() throws {
        #expect(try words("") == [["", 0, 0]])
    }

    @Test func patternSplitsWords() throws {
        #expect(
            try words("ab12 c3 é", "[a-z]+|[0-9]+") == [
                ["ab", 0, 2], ["12", 2, 4], ["c", 5, 6], ["3", 6, 7], ["é", 8, 9],
            ])
        // The first group, if there is one; a part is looked for from the end of the last one.
        #expect(try words("aab", "a(b|a)") == [["a", 0, 1]])
    }

    @Test func partsOfAWordCountAsThatWord() throws {
        let text = MessageText("ab12")
        let tokens = try WhitespaceTokenizer(pattern: Pattern("[a-z]+|[0-9]+")).tokens(of: text, using: Scratch())
        #expect(tokens.map(\.lemma) == [0..<4, 0..<4])
    }

    @Test(.timeLimit(.minutes(1)))
    func longRunsTakeLinearTime() throws {
        let text = "5" + String(repeating: "!", count: 200_000) + "5"
        #expect(try words(text).count == 1)
        let spaced = "5" + String(repeating: " !", count: 100_000) + " 5"
        #expect(try words(spaced).count == 2)
    }
}
