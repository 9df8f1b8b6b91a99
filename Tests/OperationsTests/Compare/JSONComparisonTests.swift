import JSON
import Testing

@testable import Operations

@Suite("Two responses are compared but for accidents")
struct JSONComparisonTests {
    private func compare(
        _ one: JSON, _ other: JSON, variations: ResponseVariations = ResponseVariations()
    ) -> JSONComparison {
        var comparison = JSONComparison(tolerance: 1e-4, variations: variations)
        comparison.compare(one, other)
        return comparison
    }

    private func paths(_ one: JSON, _ other: JSON) -> [String] { compare(one, other).differences.map(\.path) }

    private func ranking(_ elements: [(String, Double)]) -> JSON {
        .array(elements.map { ["name": .string($0.0), "confidence": .double($0.1)] })
    }

    @Test("the order of members, numbers within the tolerance, and members that are nothing do not count")
    func accidents() {
        #expect(paths(["a": 1, "b": [1.00001, true]], ["b": [1, true], "a": 1.0]).isEmpty)
        #expect(paths(["a": nil], [:]).isEmpty)
        #expect(paths(.double(.nan), .double(.nan)).isEmpty)
    }

    @Test("everything else does, with its place")
    func differences() {
        #expect(paths(["a": [1, 2]], ["a": [1, 3]]) == ["/a/1"])
        #expect(paths(["a": 1], ["a": true]) == ["/a"])
        #expect(paths(["a/b": "é"], ["a/b": "e\u{301}"]) == ["/a~1b"])
        let longer = compare([1], [1, nil]).differences
        #expect(longer == [Difference("/1", Optional<JSON>.none, JSON.null)])
        #expect(paths(["a": 1, "b": 2], ["c": 3]) == ["/a", "/b", "/c"])
    }

    @Test("the worst difference of confidences is known, whether it counts or not")
    func worst() {
        #expect(compare(["confidence": 0.5], ["confidence": 0.50001]).worst > 0.9e-5)
        let comparison = compare(["intent": ["confidence": 0.5]], ["intent": ["confidence": 0.75]])
        #expect(comparison.worst == 0.25 && comparison.differences.map(\.path) == ["/intent/confidence"])
        #expect(compare(["other": 0.5], ["other": 0.75]).worst == 0)
    }

    @Test("what is equally likely may come in any order, and the last of a list that was cut be another")
    func rankings() {
        #expect(
            paths(ranking([("a", 0.5), ("b", 0.25), ("c", 0.25)]), ranking([("a", 0.5), ("c", 0.25), ("b", 0.25)]))
                .isEmpty)
        #expect(paths(ranking([("a", 0.5), ("b", 0.25)]), ranking([("a", 0.5), ("d", 0.25)])).isEmpty)
        #expect(paths(ranking([("a", 0.5), ("b", 0.25)]), ranking([("a", 0.5), ("d", 0.2)])) == ["/1", "/1"])
        #expect(paths(ranking([("a", 0.5), ("b", 0.5)]), ranking([("a", 0.5)])) == ["/1"])
        #expect(
            paths(ranking([("a", 0.6), ("b", 0.4)]), ranking([("b", 0.6), ("a", 0.4)])) == [
                "/0/confidence", "/1/confidence",
            ])
    }

    @Test("which of two that are equally likely is the first is an accident too")
    func tie() {
        func parsed(_ first: String, _ second: String, _ confidence: Double) -> JSON {
            [
                "intent": ["name": .string(first), "confidence": 0.5],
                "intent_ranking": ranking([(first, 0.5), (second, confidence)]),
            ]
        }
        #expect(paths(parsed("a", "b", 0.5), parsed("b", "a", 0.5)).isEmpty)
        #expect(paths(parsed("a", "b", 0.4), parsed("b", "a", 0.4)).contains("/intent/name"))
    }

    @Test("moments are equal within two minutes, as extractors ask the clock")
    func moments() {
        #expect(paths("2026-12-01T10:00:59.000+01:00", "2026-12-01T10:01:01.250+01:00").isEmpty)
        #expect(!paths("2026-12-01T10:00:59.000+01:00", "2026-12-01T11:00:59.000+01:00").isEmpty)
        #expect(!paths("2026-12-01T10:00:59.000+01:00", "2026-12-01T10:00:59.000+02:00").isEmpty)
        #expect(!paths("2026-12-01", "2026-12-02").isEmpty)
    }

    @Test("differences of one response are so many at most")
    func bound() {
        let numbers = (0..<500).map { JSON.int($0) }
        #expect(compare(.array(numbers), .array(numbers.map { .int(($0.int ?? 0) + 1) })).differences.count == 40)
    }
}

@Suite("Variations of a response are left to chance")
struct ResponseVariationsTests {
    private let variations = ResponseVariations(domain: [
        "responses": [
            "utter_greet": [["text": "Hello {name}!"], ["text": "Hi, {name}."], ["text": "{name}"]],
            "utter_bye": [["text": "Bye!"]], "utter_picture": [["image": "x"], ["text": "see"]],
        ]
    ])

    @Test("two of one response, whatever is in their slots, are alternatives")
    func alternatives() {
        #expect(variations.areAlternatives("Hello Ann!", "Hi, Bob."))
        #expect(variations.areAlternatives("Hi, .", "Hello !"))
    }

    @Test("the same variation with other slots, other texts, and texts of a slot alone are none")
    func others() {
        #expect(!variations.areAlternatives("Hello Ann!", "Hello Bob!"))
        #expect(!variations.areAlternatives("Hello Ann!", "Good day, Ann."))
        #expect(!variations.areAlternatives("Hello Ann!", "Bye!"))
        #expect(!variations.areAlternatives("a", "b"))
    }

    @Test("what is said in their place is not compared further, but for the name of the response")
    func messages() {
        var comparison = JSONComparison(tolerance: 0, variations: variations)
        comparison.compare(
            ["recipient_id": "x", "text": "Hello Ann!", "image": "a"], ["recipient_id": "x", "text": "Hi, Ann."])
        #expect(comparison.differences.isEmpty)
        comparison.compare(
            ["event": "bot", "text": "Hello Ann!", "metadata": ["utter_action": "utter_greet"]],
            ["event": "bot", "text": "Hi, Ann.", "metadata": ["utter_action": "utter_bye"]])
        #expect(comparison.differences.map(\.path) == ["/metadata/utter_action"])
        comparison.compare(["text": "Hello Ann!"], ["text": "Hi, Ann."])
        #expect(comparison.differences.count == 2)
    }
}
