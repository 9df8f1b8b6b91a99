import JSON
import Testing

@testable import Training

@Suite("Annotations of examples are read as Rasa reads them")
struct AnnotationTests {
    @Test(arguments: [
        ("plain text", "plain text", []),
        ("a [b c](d) e", "a b c e", ["2-5 d=b c"]),
        ("[b](d:e)", "b", ["0-1 d=e"]),
        (
            "ü [NYC]{\"entity\": \"city\", \"value\": \"New York\", \"role\": \"to\"}!", "ü NYC!",
            ["2-5 city=New York/to"]
        ),
        ("[x][{\"entity\": \"a\"}, {\"entity\": \"b\", \"value\": \"c\"}]", "x", ["0-1 a=x", "0-1 b=c"]),
        ("[not closed (a)", "[not closed (a)", []),
        ("[](a) [b]()", "[](a) [b]()", []),
        ("[a](b) [c](d)", "a c", ["0-1 b=a", "2-3 d=c"]),
        ("[a] (b)", "[a] (b)", []),
        ("[a](b:c:d)", "a", ["0-1 b=c:d"]),
    ])
    func read(_ text: String, _ plain: String, _ entities: [String]) throws {
        let read = try Annotations(text)
        #expect(read.plainText == plain)
        #expect(
            read.entities.map { "\($0.start)-\($0.end) \($0.entity)=\($0.value)\($0.role.map { "/\($0)" } ?? "")" }
                == entities)
    }

    @Test("Places of the older form that are in no text are left out, or cut")
    func olderForm() throws {
        let example = try #require(
            JSONExamples.read([
                "common_examples": [
                    [
                        "text": "to Paris",
                        "entities": [
                            ["start": 3, "end": 8, "entity": "city"], ["start": -1, "end": 2, "entity": "city"],
                            ["start": 3, "end": .int(.max), "entity": "rest"],
                            ["start": .int(.min), "end": .int(.max), "entity": "all"],
                            ["start": 90, "end": 95, "entity": "behind"],
                        ],
                    ]
                ]
            ]).first)
        #expect(example.entities.map { "\($0.entity)=\($0.value)" } == ["city=Paris", "rest=Paris", "behind="])
    }
}
