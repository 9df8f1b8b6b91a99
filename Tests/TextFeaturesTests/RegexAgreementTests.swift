import JSON
import TestSupport
import Testing

@testable import TextFeatures

@Suite("Regular expressions are those of Python 3.10")
struct RegexAgreementTests {
    private let golden: JSON

    init() throws {
        golden = try Fixtures.json("regexes.json")
    }

    @Test func expressionsFindWhatPythonFinds() throws {
        let texts = try #require(golden["texts"]?.array).compactMap(\.string)
        for entry in try #require(golden["expressions"]?.array).compactMap(\.array) {
            try compare(entry, zip(texts, try #require(entry[2].array)))
        }
    }

    @Test func expressionsMadeByChanceFindWhatPythonFinds() throws {
        for entry in try #require(golden["odd"]?.array).compactMap(\.array) {
            let cases = try #require(entry[2].array).map {
                (try #require($0.array?.first?.string), $0.array?[1] ?? .null)
            }
            try compare(entry, cases)
        }
    }

    private func compare(_ entry: [JSON], _ cases: some Sequence<(String, JSON)>) throws {
        let scratch = PatternScratch()
        let expression = try #require(entry[0].string)
        let pattern = try Pattern(expression, ignoringCase: entry[1].bool ?? false)
        for (text, expected) in cases {
            let subject = MessageText(text)
            var found: [JSON] = []
            pattern.forEachMatch(in: subject.bytes, using: scratch) {
                found.append(.int(subject.scalarOffset(ofByte: $0.whole.lowerBound)))
                found.append(.int(subject.scalarOffset(ofByte: $0.whole.upperBound)))
            }
            #expect(.array(found) == expected, "\(expression) in '\(text)', \(entry[1])")
        }
    }

    @Test func expressionsAreRefusedThatPythonRefuses() throws {
        for entry in try #require(golden["verdicts"]?.array).compactMap(\.array) {
            let expression = try #require(entry[0].string)
            let isGood = (try? Pattern(expression)) != nil
            #expect(isGood == entry[1].bool, "\(expression)")
        }
    }

    @Test(arguments: ["\\w", "\\d", "\\s"])
    func classesOfAllCharacters(_ expression: String) throws {
        let known = CodePointSet(
            try #require(golden["classes"]?[expression]?.array).compactMap(\.array).map { range in
                UInt32(range[0].int ?? 0)...UInt32(range[1].int ?? 0)
            })
        let scratch = PatternScratch()
        let pattern = try Pattern(expression)
        for scalar in (UInt32(0)...CodePointSet.last).lazy.compactMap(Unicode.Scalar.init) {
            // Python 3.10 knows Unicode 13; what came later has other properties in newer libraries.
            guard let age = scalar.properties.age, age.major <= 13 else { continue }
            let isFound = pattern.isFound(in: Array(String(scalar).utf8), using: scratch)
            if isFound != known.contains(scalar.value) {
                Issue.record("\(expression) and U+\(String(scalar.value, radix: 16))")
            }
        }
    }

    @Test func charactersThatAreTheSameRegardlessOfCase() throws {
        for pair in try #require(golden["same"]?.array).compactMap(\.array) {
            let scalar = try #require(pair[0].string?.unicodeScalars.first)
            let expected = try #require(pair[1].string)
            #expect(
                CaseFolding.equivalents(of: scalar.value).sorted() == expected.unicodeScalars.map(\.value).sorted(),
                "U+\(String(scalar.value, radix: 16))")
        }
        #expect(CaseFolding.equivalents(of: 0x31) == [0x31])
        #expect(CaseFolding.equivalents(of: 0x37E) == [0x37E])
    }

    @Test func lookupTablesTakeCharactersForTheSameThatPythonDoes() throws {
        let table = try #require(LookupTable("(\\bizmir\\b|\\bığdır\\b)", ignoringCase: true))
        for text in ["İZMİR", "ızmır", "IĞDIR", "iğdir"] {
            var found = 0
            table.forEachMatch(in: MessageText(text)) { _ in found += 1 }
            #expect(found == 1, "\(text)")
        }
    }

    @Test(
        "a search that would take too long is given up, and the rest of the text is not searched",
        .timeLimit(.minutes(1)))
    func budget() throws {
        let scratch = PatternScratch()
        let text = Array(String(repeating: "a", count: 100_000).utf8)
        scratch.begin(PatternScratch.Effort(steps: 1_000_000, time: 50_000_000))
        let patterns = try (0..<20).map { try Pattern("(?=.*\($0)z)a") }
        for pattern in patterns { #expect(!pattern.isFound(in: text, using: scratch)) }
        #expect(scratch.isExhausted)
        #expect(!(try Pattern("a").isFound(in: text, using: scratch)))
        scratch.begin(.whole)
        #expect(try Pattern("a").isFound(in: text, using: scratch))
        #expect(!scratch.isExhausted)
    }

    @Test func matchesOfLongTextsAreThoseOfShortOnes() throws {
        let scratch = PatternScratch()
        let text = MessageText(String(repeating: "añ1 ", count: 700))
        for (expression, count) in [("ñ\\d", 700), ("x", 0), ("\\b", 1400), ("(?<=1) a", 699), ("(?s).+", 1)] {
            scratch.begin(.whole)
            var found = 0
            try Pattern(expression).forEachMatch(in: text.bytes, using: scratch) { _ in found += 1 }
            #expect(found == count, "\(expression)")
        }
    }
}
