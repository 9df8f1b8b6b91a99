import Testing

@testable import JSON

@Suite("JSON is read and written as Python does")
struct JSONTests {
    @Test("keeps order, kinds of numbers and the last of equal keys")
    func kinds() throws {
        let value = try JSON(parsing: #"{"b": 1, "a": [1.0, -2e3, true, null], "b": 12345678901234567890}"#)
        #expect(value["b"] == .double(12_345_678_901_234_567_168))
        #expect(value.object?.keys.elements == ["b", "a"])
        #expect(value["a"]?.array?[0] == .double(1))
    }

    @Test(
        "escapes",
        arguments: [
            (#""a\n\u00e9\ud83d\ude00""#, "a\né😀"), (#""\ud800x""#, "\u{FFFD}x"), (#""\/\"\\""#, "/\"\\"),
        ])
    func escapes(written: String, read: String) throws {
        #expect(try JSON(parsing: written) == .string(read))
    }

    @Test("writes ASCII only in Python's style")
    func python() throws {
        let value: JSON = ["é😀": ["x": 1, "a": 0.5], "q\"": nil]
        #expect(value.text(.python) == #"{"\u00e9\ud83d\ude00": {"x": 1, "a": 0.5}, "q\"": null}"#)
        #expect(JSON.string("\u{7F}~").text(.python) == #""\u007f~""#)
        #expect(value.text(.pythonSorted) == #"{"q\"": null, "\u00e9\ud83d\ude00": {"a": 0.5, "x": 1}}"#)
        #expect(value.text() == #"{"é😀":{"x":1,"a":0.5},"q\"":null}"#)
    }

    @Test(
        "numbers look like Python's",
        arguments: [
            (1e16, "1e+16"), (1.5e16, "1.5e+16"), (-1e22, "-1e+22"), (0.0001, "0.0001"), (1e-5, "1e-05"),
            (0.1 + 0.2, "0.30000000000000004"),
            (123456789012345.0, "123456789012345.0"), (.nan, "null"),
        ])
    func numbers(value: Double, text: String) {
        #expect(JSON.double(value).text() == text)
    }

    @Test(
        "names the place of a mistake",
        arguments: [
            ("{\"a\": 1,}", 1, 9), ("[1\n 2]", 2, 2), ("", 1, 1), ("[01]", 1, 2), ("\"\t\"", 1, 2), ("nul", 1, 1),
            ("[1] x", 1, 5),
        ])
    func mistakes(text: String, line: Int, column: Int) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test("refuses bottomless nesting and broken UTF-8")
    func hostile() {
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "[", count: 100_000)) }
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
    }
}
