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
            read.entities.map {
                "\($0.start)-\($0.end) \($0.entity)=\($0.value.string ?? "")\($0.role.map { "/\($0)" } ?? "")"
            }
                == entities)
    }

    @Test(
        "Values may be numbers, and keys that Rasa does not know are ignored",
        arguments: [
            (#"[two]{"entity": "n", "value": 2}"#, JSON.int(2)), (#"[two]{"entity": "n", "value": 3.5}"#, 3.5),
            (#"[two]{"entity": "n", "confidence": 1, "extractor": null}"#, "two"),
            (#"[two]{"entity": "", "value": ""}"#, ""),
        ])
    func values(_ text: String, _ value: JSON) throws {
        #expect(try Annotations(text).entities.map(\.value) == [value])
    }

    @Test(arguments: [
        (#"[two]{"entity": 5}"#, "'entity'"), (#"[two]{"value": "x"}"#, "names no entity"),
        (#"[two]{"entity": "n", "value": true}"#, "a string or a number"),
        (#"[two]{"entity": "n", "value": null}"#, "a string or a number"),
        (#"[two]{"entity": "n", "role": 1}"#, "'role'"), (#"[two]{entity: n}"#, "is not JSON"),
    ])
    func malformed(_ text: String, _ words: String) {
        #expect {
            try Annotations(text)
        } throws: { ($0 as? MalformedExample)?.message.contains(words) == true }
    }
}
