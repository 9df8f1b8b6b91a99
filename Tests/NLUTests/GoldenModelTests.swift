import ExactText
import JSON
import ModelArchive
import TestSupport
import Testing

@testable import NLU
@testable import TextFeatures

@Suite("A model trained by Rasa is understood as Rasa does")
struct GoldenModelTests {
    @Test func featuresOfGoldenVectors() throws {
        let interpreter = try Fixtures.tinyInterpreter()
        for golden in try #require(try Fixtures.sharedJSON("nlu.json")["messages"]?.array) {
            let text = MessageText(stripping: try #require(golden["text"]?.string))
            let message = interpreter.process(Message(text: text), using: Scratch())
            let words = message.tokens.map { token -> JSON in
                [.string(text.string(token.bytes)), .int(token.scalars.lowerBound), .int(token.scalars.upperBound)]
            }
            #expect(JSON.array(words) == golden["tokens"])
            var expected = try #require(golden["features"]?.array)[...]
            for block in message.features {
                for (kind, matrix) in [("sequence", block.sequence), ("sentence", block.sentence)] {
                    guard let matrix else { continue }
                    let next = expected.popFirst()
                    let wanted = try #require(next)
                    #expect(wanted["kind"]?.string == kind)
                    #expect(wanted["matrix"]?["shape"] == [.int(matrix.rows), .int(matrix.columns)])
                    #expect(entries(matrix) == entries(try #require(wanted["matrix"])))
                }
            }
            #expect(expected.isEmpty)
        }
    }

    private func entries(_ matrix: SparseRows) -> Set<[Int]> {
        Set(
            (0..<matrix.rows).flatMap { row in
                matrix.range(row).map { [row, Int(matrix.indices[$0]), Int(matrix.values[$0])] }
            })
    }

    private func entries(_ matrix: JSON) -> Set<[Int]> {
        func numbers(_ key: String) -> [Int] { matrix[key]?.array?.compactMap(\.int) ?? [] }
        return Set(zip(zip(numbers("row"), numbers("col")), numbers("value")).map { [$0.0.0, $0.0.1, $0.1] })
    }

    @Test func resultsOfGoldenVectors() throws {
        let interpreter = try Fixtures.tinyInterpreter()
        for golden in try #require(try Fixtures.sharedJSON("nlu.json")["messages"]?.array) {
            let result = try interpreter.parse(try #require(golden["text"]?.string)).json()
            #expect(isClose(sorted(result), sorted(golden["result"] ?? .null)))
        }
    }

    /// The golden results come from a program that keeps another order of keys.
    private func sorted(_ value: JSON) -> JSON {
        switch value {
        case .array(let elements): return .array(elements.map(sorted))
        case .object(let members):
            return .object(
                JSONObject(members.keys.sorted().map { ($0.string, sorted(members[$0.string] ?? .null)) }))
        default: return value
        }
    }

    @Test func oddTextsAsRecordedFromRasa() throws {
        let interpreter = try Fixtures.tinyInterpreter()
        for recorded in try #require(try Fixtures.json("tiny-parses.json").array) {
            let text = try #require(recorded["asked"]?.string)
            #expect(
                isClose(try interpreter.parse(text).json(), recorded["result"] ?? .null),
                "'\(text)'")
        }
    }

    @Test func sameTextGivesTheSameAgain() throws {
        let interpreter = try Fixtures.tinyInterpreter()
        let first = try interpreter.parse("book a flight from Berlin to New York")
        _ = try interpreter.parse(String(repeating: "a very long text with 😀 ", count: 200))
        _ = try interpreter.parse("")
        #expect(try interpreter.parse("book a flight from Berlin to New York") == first)
    }
}
