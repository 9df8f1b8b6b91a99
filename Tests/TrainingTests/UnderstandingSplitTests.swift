import ExactText
import JSON
import System
import TestSupport
import Testing
import YAML

@testable import Training

@Suite("Training data in two parts, and back as files")
struct UnderstandingSplitTests {
    private func read(_ text: String) throws -> UnderstandingData {
        let document = try Trainer.document(Array(text.utf8), file: "data.yml", .process)
        return try UnderstandingReader.read([.document(document)]).data
    }

    private func data() throws -> UnderstandingData {
        let greet = (1...10).map { "    - hello \($0)\n" }.joined()
        return try read(
            """
            nlu:
            - intent: greet
              examples: |
            \(greet)
            - intent: faq/price
              examples: |
                - what does [it](thing) cost
                - price of [Rome]{"entity": "city", "value": "roma", "role": "to"}
            - intent: bye
              examples: |
                - bye
            - synonym: roma
              examples: |
                - rome
            - regex: zip
              examples: |
                - \\d{5}
            - lookup: city
              examples: |
                - Oslo
            responses:
              utter_faq/price:
              - text: five
            """)
    }

    @Test("every intent with two examples is in both parts, and none is lost")
    func parts() throws {
        let data = try data()
        let (training, test) = data.divided(trainingShare: 0.8, seed: 7)
        #expect(training.examples.count + test.examples.count == data.examples.count)
        #expect(training.examples.count { $0.intent == "greet" } == 8)
        #expect(training.examples.count { $0.intent == "faq" } == 1)
        #expect(training.synonyms == data.synonyms)
        let again = data.divided(trainingShare: 0.8, seed: 7)
        #expect(again.0.examples == training.examples)
        #expect(data.divided(trainingShare: 0.8, seed: 8).0.examples != training.examples)
    }

    @Test("data that is written is read as what it was")
    func roundTrip() throws {
        let data = try data()
        let again = try read(String(decoding: data.yaml, as: UTF8.self))
        #expect(Set(again.examples) == Set(data.examples))
        #expect(again.synonyms == data.synonyms)
        #expect(again.expressions.map(\.pattern) == data.expressions.map(\.pattern))
        #expect(again.lookupTables.map(\.elements) == data.lookupTables.map(\.elements))
        #expect(try read(String(decoding: data.responsesYAML, as: UTF8.self)).responses == data.responses)
    }

    @Test("examples with metadata, or with a line end, are items of their own")
    func items() throws {
        let text = """
            nlu:
            - intent: greet
              metadata: {a: 1}
              examples:
              - text: |
                  hi there
                metadata: {b: 2}
              - text: "one\\ntwo"
            """
        let data = try read(text)
        #expect(try read(String(decoding: data.yaml, as: UTF8.self)).examples == data.examples)
    }

    @Test("rare intents can be left out")
    func rare() throws {
        #expect(Set(try data().withoutRareIntents(fewerThan: 2).examples.compactMap(\.intent)) == ["greet", "faq"])
    }

    @Test("as JSON of Rasa's older form they are read again")
    func json() throws {
        let data = try data()
        let directory = try TemporaryDirectory()
        let file = directory.path + "/data.json"
        try File.write(data.json.encoded(), to: file)
        let again = try TestData.examples([file])
        #expect(again.examples.map(\.text) == data.examples.map(\.text))
        #expect(again.examples.map(\.entities) == data.examples.map(\.entities))
        #expect(again.examples.map(\.responseKey) == data.examples.map(\.responseKey))
        #expect(again.synonyms == data.synonyms)
        #expect(again.expressions.map(\.pattern) == data.expressions.map(\.pattern))
        #expect(again.lookupTables.map(\.elements) == data.lookupTables.map(\.elements))
    }
}
