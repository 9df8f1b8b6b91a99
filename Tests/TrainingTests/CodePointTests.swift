import ExactText
import JSON
import ModelArchive
import NLU
import TestSupport
import Testing

@testable import Training

@Suite("Words that Unicode calls equivalent are two words, from training to answer")
struct CodePointTests {
    /// One text twice: as one code point where there is one, and as several. Each ends with a letter, since a mark is
    /// no part of a word to Python, and keywords stand between borders of words.
    static let spellings = [
        ("caf\u{E9}s", "cafe\u{301}s"), ("\u{622}\u{67E}", "\u{627}\u{653}\u{67E}"),
        ("\u{B95}\u{BCB}\u{B95}", "\u{B95}\u{BC7}\u{BBE}\u{B95}"),
        ("\u{AC00}\u{B098}", "\u{1100}\u{1161}\u{1102}\u{1161}"), ("vi\u{1EC7}t", "vie\u{323}\u{302}t"),
    ]

    private static func project(_ one: String, _ other: String) -> String {
        """
        recipe: default.v1
        language: en
        assistant_id: test
        pipeline:
        - name: WhitespaceTokenizer
        - name: RegexFeaturizer
        - name: CountVectorsFeaturizer
        - name: KeywordIntentClassifier
        - name: RegexEntityExtractor
        - name: EntitySynonymMapper
        policies:
        - name: MemoizationPolicy
        - name: RulePolicy
        intents: ["\(one)", "\(other)"]
        entities: ["\(one)", "\(other)"]
        slots:
          "\(one)": {type: text, mappings: [{type: from_entity, entity: "\(one)"}]}
          "\(other)": {type: text, mappings: [{type: from_entity, entity: "\(other)"}]}
        responses:
          "utter_\(one)": [{text: one}]
          "utter_\(other)": [{text: other}]
        nlu:
        - intent: "\(one)"
          examples: "- [\(one)](\(one))"
        - intent: "\(other)"
          examples: "- [\(other)](\(other))"
        - lookup: "\(one)"
          examples: "- \(one)"
        - lookup: "\(other)"
          examples: "- \(other)"
        - synonym: first
          examples: "- \(one)"
        - synonym: second
          examples: "- \(other)"
        rules:
        - rule: one
          steps: [{intent: "\(one)"}, {action: "utter_\(one)"}]
        - rule: other
          steps: [{intent: "\(other)"}, {action: "utter_\(other)"}]
        """
    }

    @Test(arguments: spellings)
    func bothAreLearned(_ one: String, _ other: String) throws {
        let directory = try TemporaryDirectory()
        let model = try directory.open(try directory.train(Self.project(one, other)).path)
        let names = Set([one.exact, other.exact])
        #expect(names.count == 2)
        for (component, file, count) in [
            ("KeywordIntentClassifier", "KeywordIntentClassifier.json", 2), ("EntitySynonymMapper", "synonyms.json", 4),
        ] {
            let node = try #require(model.metadata.understandingPipeline.first { $0.component == component })
            let words = try #require(try model.json(node.resource ?? "", file)?.object)
            #expect(words.count == count && names.isSubset(of: words.keys), "\(file)")
        }
        let interpreter = try Interpreter(model: model, domainIntents: names, domainEntities: names)
        for (text, value) in [(one, "first"), (other, "second")] {
            let result = try interpreter.parse(text).json()
            #expect(result["intent"]?["name"] == .string(text))
            #expect(result["entities"]?.array?.map { $0["entity"] ?? .null } == [.string(text)])
            #expect(result["entities"]?.array?.map { $0["value"] ?? .null } == [.string(value)])
            let short = try interpreter.parse("/\(text){\"\(text)\": 1}").json()
            #expect(short["intent"]?["name"] == .string(text) && short["entities"]?.array?.count == 1)
        }
        let rules = try #require(model.metadata.policies.first { $0.component == "RulePolicy" })
        #expect(try model.json(rules.resource ?? "", "rule_policy.json")?["lookup"]?["rules"]?.object?.count == 4)
    }

    @Test("Whole numbers beyond 64 bits stay in responses and slots")
    func wholeNumbers() throws {
        let directory = try TemporaryDirectory()
        let trained = try directory.train(
            """
            recipe: default.v1
            language: en
            assistant_id: test
            policies: [{name: RulePolicy}]
            intents: [greet]
            slots: {parcel: {type: any, initial_value: 18446744073709551616, mappings: [{type: custom}]}}
            responses: {utter_greet: [{text: hi, custom: {parcel: -9223372036854775809}}]}
            rules: [{rule: r, steps: [{intent: greet}, {action: utter_greet}]}]
            """)
        let domain = try directory.open(trained.path).metadata.domain
        #expect(domain["slots"]?["parcel"]?["initial_value"]?.text() == "18446744073709551616")
        #expect(domain["responses"]?["utter_greet"]?.array?[0]["custom"]?["parcel"]?.text() == "-9223372036854775809")
    }
}
