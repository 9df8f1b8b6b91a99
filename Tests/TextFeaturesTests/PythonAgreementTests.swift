import Encodings
import JSON
import TestSupport
import Testing

@testable import TextFeatures

@Suite("Regular expressions, letters and n-grams are those of Python")
struct PythonAgreementTests {
    private let golden: JSON

    init() throws {
        golden = try Fixtures.json("python.json")
    }

    @Test func patternsFindWhatPythonFinds() throws {
        let scratch = PatternScratch()
        for entry in try #require(golden["patterns"]?.array).compactMap(\.array) {
            let (expression, subject) = (try #require(entry[0].string), MessageText(try #require(entry[2].string)))
            let pattern = try Pattern(expression, ignoringCase: entry[1].bool ?? false)
            var found: [JSON] = []
            pattern.forEachMatch(in: subject.bytes, using: scratch) {
                found.append([
                    .int(subject.scalarOffset(ofByte: $0.whole.lowerBound)),
                    .int(subject.scalarOffset(ofByte: $0.whole.upperBound)),
                ])
            }
            #expect(JSON.array(found) == entry[3], "\(expression) in '\(subject.string)'")
            #expect(pattern.isFound(in: subject.bytes, using: scratch) == !found.isEmpty)
        }
    }

    @Test func lookupTablesFindWhatPythonFinds() throws {
        var count = 0
        for entry in try #require(golden["tables"]?.array).compactMap(\.array) {
            let (expression, subject) = (try #require(entry[0].string), MessageText(try #require(entry[2].string)))
            let table = try #require(LookupTable(expression, ignoringCase: entry[1].bool ?? false))
            var found: [JSON] = []
            table.forEachMatch(in: subject) {
                found.append([
                    .int(subject.scalarOffset(ofByte: $0.lowerBound)),
                    .int(subject.scalarOffset(ofByte: $0.upperBound)),
                ])
            }
            count += found.count
            #expect(JSON.array(found) == entry[3], "\(expression) in '\(subject.string)'")
        }
        #expect(count > 300)
    }

    @Test(arguments: [
        "(a|b", "a|b", "()", "(a|)", "(\\ba\\b|b)", "(\\ba|b\\b)", "(a+|b)", "(\\d|b)", "(a\\", "(\\b\\b)", "(a|b)c",
        "(a\\)",
    ])
    func otherExpressionsAreNoTables(_ expression: String) {
        #expect(LookupTable(expression, ignoringCase: false) == nil)
    }

    @Test(arguments: ["(", "[a", "\\", "(?P<a>x)(?P=b)", "\\N{NO SUCH}", "\\u12", "(?i", "a**"])
    func badPatternsAreRefused(_ expression: String) {
        #expect(throws: PatternError.self) { try Pattern(expression) }
    }

    @Test(.timeLimit(.minutes(1)))
    func endlessMatchIsGivenUp() throws {
        let text = MessageText(String(repeating: "a", count: 5000) + "!")
        #expect(!(try Pattern("(a+)+$").isFound(in: text.bytes, using: PatternScratch())))
    }

    @Test func lettersAreTakenAsPythonTakesThem() throws {
        for entry in try #require(golden["strings"]?.array).compactMap(\.array) {
            let text = try #require(entry[0].string)
            let bytes = Array(text.utf8)
            let shape = WordShape(of: bytes, in: 0..<bytes.count)
            let code = text.unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " ")
            #expect(
                Array(Lowercasing.lowercased(text).unicodeScalars) == entry[1].string.map { Array($0.unicodeScalars) },
                "\(code)")
            #expect(
                [shape.isLower, shape.isUpper, shape.isTitle, shape.isDigit] == entry[2...5].map(\.bool), "\(code)")
            #expect(MessageText(stripping: text).bytes == entry[6].string.map { Array($0.utf8) }, "\(code)")
        }
    }

    @Test func numbersInWordsBecomeOneMark() throws {
        for entry in try #require(golden["prepared"]?.array).compactMap(\.array) {
            let bytes = Array(try #require(entry[0].string).utf8)
            for (lowercases, index) in [(true, 1), (false, 2)] {
                var output: [UInt8] = []
                WordPreparation(lowercases: lowercases).append(bytes, in: 0..<bytes.count, to: &output)
                #expect(output == entry[index].string.map { Array($0.utf8) }, "\(entry[0])")
            }
        }
    }

    @Test func documentsAreCutAsByScikitLearn() throws {
        for analysis in try #require(golden["analyses"]?.array) {
            let stop =
                analysis["stop"]?.string == "english"
                ? EnglishStopWords.all : analysis["stop"]?.array?.compactMap(\.string) ?? []
            let analyzer = NGramAnalyzer(
                unit: try #require(analysis["analyzer"]?.string.flatMap(NGramAnalyzer.Unit.init)),
                lengths: try #require(analysis["min"]?.int)...(try #require(analysis["max"]?.int)),
                stopWords: Set(stop.map { Array($0.utf8) }))
            let accents = analysis["accents"]?.string.flatMap(AccentStripping.init)
            for entry in try #require(analysis["cases"]?.array).compactMap(\.array) {
                let bytes = Array(try #require(entry[0].string).utf8)
                let expected = try #require(entry[1].array).compactMap(\.string)
                #expect(
                    grams(analyzer, accents?.strip(bytes[...]) ?? bytes)
                        == expected.map { Array($0.utf8) }.sorted(by: precedes),
                    "\(analysis["analyzer"] ?? .null) \(analyzer.lengths) \(entry[0])")
            }
        }
    }

    @Test func goldenNGrams() throws {
        for (name, cases) in try #require(try Fixtures.sharedJSON("ngrams.json").object) {
            let analyzer = NGramAnalyzer(
                unit: try #require(NGramAnalyzer.Unit(rawValue: name)), lengths: 1...3, stopWords: [])
            for (text, expected) in try #require(cases.object) {
                let expected = try #require(expected.array).compactMap(\.string).map { Array($0.utf8) }
                #expect(grams(analyzer, Array(text.utf8)) == expected.sorted(by: precedes), "\(name) \(text)")
            }
        }
    }

    private func grams(_ analyzer: NGramAnalyzer, _ bytes: [UInt8]) -> [[UInt8]] {
        var grams: [[UInt8]] = []
        analyzer.forEachGram(in: bytes, 0..<bytes.count) { bytes, range, hash in
            #expect(hash.value == FNV1a(bytes[range]).value)
            grams.append(Array(bytes[range]))
        }
        return grams.sorted(by: precedes)
    }

    private func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool { a.lexicographicallyPrecedes(b) }
}
