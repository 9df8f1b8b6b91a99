import ExactText
import JSON
import ModelArchive
import OrderedCollections
import System
import TestSupport
import Testing
import YAML

@testable import Training

@Suite("Training data in JSON are read as Rasa reads them")
struct JSONFormTests {
    private func read(
        _ text: String, file: String = "data.json", language: String? = "en"
    ) throws -> (data: UnderstandingData, warnings: [String])? {
        guard
            case .examples(let data, let warnings) = try DataFile(
                json: Array(text.utf8), file: file, language: language)
        else { return nil }
        return (data, warnings.map(\.message))
    }

    private func told(_ examples: [Example]) -> [String] {
        examples.map { example in
            let entities = example.entities.map {
                "\($0.start)-\($0.end) \($0.entity)/\($0.role ?? "")=\($0.value.text())"
            }
            return ([example.text, example.responseKey ?? example.intent ?? "-"] + entities).joined(separator: "|")
        }
    }

    @Test func formOfRasa() throws {
        let (data, warnings) = try #require(
            try read(
                """
                {"rasa_nlu_data": {
                  "common_examples": [
                    {"text": "in Oslo", "intent": "go", "entities": [
                      {"start": 3, "end": 7, "entity": "city", "value": 2.5, "extractor": "x"}, {"start": -4, "end": 99, "entity": "n"}]},
                    {"text": "when", "intent": "faq/hours"}, {"intent": "go"}, {"text": null, "intent": " go "}, {"text": "alone"}],
                  "regex_features": [{"name": "n", "pattern": "[0-9]+"}],
                  "lookup_tables": [{"name": "city", "elements": ["Oslo"]}, {"name": "city", "elements": ["Rome"]}],
                  "entity_synonyms": [{"value": 5, "synonyms": ["five", 55]}, {"value": "x"}, {"synonyms": ["y"]}],
                  "entity_examples": []}}
                """))
        #expect(
            told(data.examples) == [
                "in Oslo|go|3-7 city/=2.5|-4-99 n/=null", "when|faq/hours", "|go", "|go", "alone|-",
            ])
        #expect(data.examples.filter(\.isComplete).count == 2)
        #expect(data.examples[0].entities.map(data.examples[0].surface) == ["Oslo", "Oslo"])
        #expect(data.expressions.map { "\($0)" } == [#"(name: "n", pattern: "[0-9]+")"#])
        #expect(data.lookupTables.map(\.elements) == [["Oslo"], ["Rome"]])
        #expect(data.synonyms == ["five": "5", "55": "5"])
        #expect(warnings.count == 1 && warnings[0].contains("'entity_examples' is ignored"))
    }

    @Test(arguments: [
        (#"{"rasa_nlu_data": {}, "x": 1}"#, "'x' beside"), (#"{"rasa_nlu_data": []}"#, "must be an object"),
        (#"{"rasa_nlu_data": {"common_examples": null}}"#, "must be a list"),
        (#"{"rasa_nlu_data": {"common_examples": [{"text": 5}]}}"#, "'text' of element 1"),
        (#"{"rasa_nlu_data": {"common_examples": [{"text": "x", "intent": "a/b/c"}]}}"#, "more than one '/'"),
        (
            #"{"rasa_nlu_data": {"common_examples": [{"text": "x", "entities": [{"start": 0, "end": 1, "entity": "e", "value": true}]}]}}"#,
            "a string or a number"
        ),
        (#"{"rasa_nlu_data": {"regex_features": [{"name": "x"}]}}"#, "'name' and 'pattern'"),
        (#"{"rasa_nlu_data": {"lookup_tables": [{"name": "x", "elements": "cities.txt"}]}}"#, "a list of strings"),
        (#"{"utterances": 5}"#, "must be a list"), (#"{"luis_schema_version": 7}"#, "'luis_schema_version'"),
    ])
    func refused(_ text: String, _ words: String) {
        #expect {
            try read(text)
        } throws: { error in
            let error = error as? TrainingError
            return error?.place?.file == "data.json" && error?.message.contains(words) == true
        }
    }

    @Test func exportOfWit() throws {
        let (data, _) = try #require(
            try read(
                """
                {"utterances": [
                  {"text": "to Oslo", "intent": "go", "entities": [
                    {"entity": "city:to", "start": 3, "end": 7, "body": "Oslo"}, {"entity": "n", "start": 0, "end": 2}]},
                  {"text": "well", "entities": []}, {"text": "left out", "intent": "go"}]}
                """))
        #expect(told(data.examples) == [#"to Oslo|go|3-7 city/to="Oslo"|0-2 n/=null"#, "well|out_of_scope"])
    }

    @Test func exportOfLUIS() throws {
        let (data, warnings) = try #require(
            try read(
                """
                {"luis_schema_version": "8.0.0", "utterances": [
                  {"text": "to Oslo", "intent": "go", "entities": [{"entity": "city", "startPos": 3, "endPos": 6, "role": "to"}]},
                  {"text": "a/b", "intent": "a/b/c", "entities": null}],
                 "regex_features": [{"name": "a", "pattern": "x", "activated": true}, {"name": "b", "pattern": "y"}],
                 "regex_entities": [{"name": "c", "regexPattern": "z"}]}
                """))
        #expect(told(data.examples) == [#"to Oslo|go|3-7 city/to="Oslo""#, "a/b|a/b/c"])
        #expect(data.expressions.map(\.name) == ["a", "c"])
        #expect(warnings.count == 1)
    }

    @Test func exportOfDialogflow() throws {
        let directory = try TemporaryDirectory()
        func write(_ name: String, _ text: String) throws {
            try File.write(Array(text.utf8), to: "\(directory.path)/\(name)")
        }
        try write(
            "go_usersays_de.json",
            """
            [{"data": [{"text": "nach "}, {"text": "Köln", "meta": "@city", "alias": "city"}, {"text": "!", "meta": "@sys.ignore"}]}]
            """)
        try write(
            "city_entries_de.json",
            #"[{"value": "Köln", "synonyms": ["Köln", "Cologne"]}, {"value": "all", "synonyms": ["@other"]}]"#)
        let intent = try #require(
            try read(#"{"name": "go", "responses": []}"#, file: "\(directory.path)/go.json", language: "de"))
        #expect(told(intent.data.examples) == [#"nach Köln!|go|5-9 city/="Köln""#])
        let entity = #"{"name": "city", "isEnum": false, "isRegexp": false}"#
        let words = try #require(try read(entity, file: "\(directory.path)/city.json", language: "de")).data
        #expect(words.lookupTables.map(\.elements) == [["Köln", "Cologne"]])
        #expect(words.synonyms == ["Köln": "Köln", "Cologne": "Köln", "@other": "all"])
        let missing = try #require(try read(entity, file: "\(directory.path)/city.json", language: "en"))
        #expect(missing.data.isEmpty && missing.warnings.count == 1)
    }

    @Test(arguments: ["[1]", "5", "nope", #"{"name": "x", "version": "1"}"#, "version: '3.1'"])
    func noTrainingData(_ text: String) throws {
        #expect(try read(text) == nil)
    }

    @Test func filesBesideEachOther() throws {
        let directory = try TemporaryDirectory()
        let files = [
            "config.yml": """
            recipe: default.v1
            language: en
            assistant_id: x
            pipeline:
            - {name: WhitespaceTokenizer}
            - {name: RegexFeaturizer}
            - {name: KeywordIntentClassifier}
            - {name: EntitySynonymMapper}
            """,
            "a.json": #"""
            {"rasa_nlu_data": {"common_examples": [
              {"text": "soup", "intent": "order"}, {"intent": "order"}, {"text": "in Roma", "intent": "go",
               "entities": [{"start": 3, "end": 7, "value": "Rome", "entity": "city"}]}]}}
            """#,
            "b.yml": #"""
            nlu:
            - lookup: city
              examples: |
                - oslo
            - lookup: city
              examples: |
                - rome
            - intent: ""
              examples: |
                - nobody
            - intent: greet
              examples:
              - metadata: {a: 1}
              - {}
              - text: 'hello [two]{"entity": "n", "value": 2}'
            """#,
            "c.yml": "nlu:\n- lookup: city\n  examples: |\n    - bonn\n", "d.json": "no JSON", "e.txt": "nothing",
        ]
        for (name, text) in files { try File.write(Array(text.utf8), to: "\(directory.path)/\(name)") }
        var request = TrainingRequest(
            data: [directory.path], configuration: "\(directory.path)/config.yml", domain: "", output: directory.path)
        request.part = .understanding
        request.fixedName = "m"
        let trained = try Trainer(request).train()
        #expect(trained.warnings.contains { $0.message.contains("'intent' has no name") })
        #expect(
            trained.warnings.contains {
                $0.description.hasSuffix("d.json: ignored: it is not training data in JSON")
            })
        let model = try directory.open(trained.path)
        func part(_ name: String) throws -> JSON {
            let resources = model.metadata.understandingPipeline.compactMap(\.resource)
            let resource = try #require(resources.first { model.has($0, name) })
            return try #require(try model.json(resource, name))
        }
        #expect(try part("KeywordIntentClassifier.json") == ["soup": "order", "in Roma": "go", "hello two": "greet"])
        #expect(try part("synonyms.json") == ["two": "2", "2": "2", "roma": "Rome", "rome": "Rome"])
        #expect(
            try part("patterns.json").array?.compactMap { $0["pattern"]?.string }
                == [#"(\boslo\b|\brome\b)"#, #"(\bbonn\b)"#])
    }
}
