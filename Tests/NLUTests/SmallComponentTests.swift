import ExactText
import JSON
import Testing

@testable import NLU
@testable import TextFeatures

@Suite("Small components decide as Rasa's do")
struct SmallComponentTests {
    private let scratch = Scratch()

    private func message(_ confidences: [Double], intent: Bool = true) -> Message {
        var message = Message(text: MessageText("x"))
        message.ranking = confidences.enumerated().map { ScoredIntent(name: "i\($0)", confidence: $1) }
        message.intent = intent ? message.ranking?.first : nil
        message.note(.ranking)
        return message
    }

    @Test(arguments: [
        ([0.3, 0.1], false), ([0.29, 0.1], true), ([0.5, 0.41], true), ([0.5, 0.25], false), ([0.5], false), ([], true),
    ])
    func fallback(_ confidences: [Double], _ falls: Bool) {
        var message = message(confidences)
        FallbackClassifier(ComponentOptions(node: "n", values: [:])).process(&message, using: scratch)
        let fallback = ScoredIntent(name: "nlu_fallback", confidence: 0.3)
        #expect((message.intent == fallback) == falls)
        #expect((message.ranking?.first == fallback) == falls)
        #expect(message.ranking?.count == confidences.count + (falls ? 1 : 0))
    }

    @Test(
        "what Rasa cannot compare fails with each message",
        arguments: [["threshold": "0.5"], ["threshold": nil], ["ambiguity_threshold": []]] as [JSONObject])
    func unusableThresholds(_ values: JSONObject) {
        var message = Message(text: MessageText("hi"))
        message.intent = ScoredIntent(name: "a", confidence: 0.9)
        message.ranking = [ScoredIntent(name: "a", confidence: 0.9), ScoredIntent(name: "b", confidence: 0.1)]
        FallbackClassifier(ComponentOptions(node: "run_F", values: values)).process(&message, using: scratch)
        #expect(message.failure?.description.contains("run_F") == true)
        #expect(message.intent?.name == "a")
    }

    @Test func fallbackDoesNotMakeARankingVisible() {
        var message = Message(text: MessageText("x"))
        FallbackClassifier(ComponentOptions(node: "n", values: [:])).process(&message, using: scratch)
        #expect(
            ParseResult(message).json() == [
                "text": "x", "intent": ["name": "nlu_fallback", "confidence": 0.3], "entities": [],
            ])
    }

    @Test(arguments: [
        ("hi", "hi there", true), ("hi", "chill", false), ("hi", "Hi", false), ("é", "né é", true), ("!", "a!b", true),
        ("!", "a !", false), ("a|b", "x a", true), ("a b", "a b", true), ("abc", "ab", false), ("", "a", true),
        ("", "", false),
    ])
    func keywords(_ keyword: String, _ text: String, _ isFound: Bool) throws {
        #expect(try contains(text, keyword, ignoringCase: false) == isFound)
    }

    @Test(arguments: [
        ("Hi", "HI there", true), ("straße", "STRASSE", false), ("ÉTÉ", "un été", true), ("σας", "ΣΑΣ", true),
        ("a|B", "x b", true),
    ])
    func keywordsWithoutCase(_ keyword: String, _ text: String, _ isFound: Bool) throws {
        #expect(try contains(text, keyword, ignoringCase: true) == isFound)
    }

    private func contains(_ text: String, _ keyword: String, ignoringCase: Bool) throws -> Bool {
        let text = MessageText(text)
        return try Keyword(keyword, ignoringCase: ignoringCase) { (text, ignoringCase) throws(LoadError) in
            do throws(PatternError) {
                return try Pattern(text, ignoringCase: ignoringCase)
            } catch {
                throw LoadError(.badPattern, "\(error)")
            }
        }
        .isFound(in: text, folded: ignoringCase ? CaseFolding.folded(text) : text, using: scratch.patterns)
    }

    private let handler = ShortFormHandler(intents: ["greet", "two words"], entities: ["city", "n"])

    @Test(arguments: [
        ("/greet", 1), ("/greet@0.5", 0.5), ("/greet@1.5", 1), ("/greet@.", 0), ("/greet@5.", 1), ("/greet@.5", 0.5),
        ("/greet@1.2.3", 0), ("/greet @0.3", 0.3), ("/ greet", 1), ("/greet@", 1), ("/two words@0", 0),
    ])
    func confidenceOfTheShortForm(_ text: String, _ confidence: Double) {
        let result = handler.parse(MessageText(text))
        #expect(result?.intent.confidence == confidence)
        #expect(result?.intentRanking?.first == result?.intent)
        #expect(result?.tokens == nil)
    }

    @Test(arguments: ["greet", "/", "/unknown", "//greet", "/greet/x", "/@0.5", "/Greet", ""])
    func otherTexts(_ text: String) {
        #expect(handler.parse(MessageText(text)) == nil)
    }

    @Test func shortFormWithoutADomainTakesEveryName() {
        let result = ShortFormHandler(intents: nil, entities: nil).parse(MessageText("/any{\"e\": 1}"))
        #expect(result?.intent.name == "any")
        #expect(result?.entities.map(\.value) == [1])
    }

    @Test func entitiesOfTheShortForm() throws {
        let result = try #require(
            handler.parse(MessageText(#"/greet@0.5{"city": ["é", {"a": 1}], "other": 1, "n": null} x}y"#)))
        #expect(result.entities.isEmpty, "the object reaches to the last brace")
        let good = try #require(handler.parse(MessageText("/greet{\"city\": [\"é\", 2], \"o\": 1, \"n\": null}\n}")))
        let first: JSON = [
            "entity": "city", "value": "é", "start": 6, "end": 43, "extractor": "RegexMessageHandler",
        ]
        #expect(good.entities.map(\.entity) == ["city", "city", "n"])
        #expect(good.entities.first?.json == first)
        for broken in ["/greet{}", "/greet{[1]}", "/greet{bad}", "/greet{\"city\": 1"] {
            #expect(handler.parse(MessageText(broken))?.entities == [])
        }
    }
}
