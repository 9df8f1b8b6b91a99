import ExactText
import Testing

@testable import JSON

@Suite("JSON is read and written as Python does")
struct JSONTests {
    @Test("keeps order, kinds of numbers and the last of equal keys")
    func kinds() throws {
        let value = try JSON(parsing: #"{"b": 1, "a": [1.0, -2e3, true, null], "b": 12345678901234567890}"#)
        #expect(value["b"]?.text() == "12345678901234567890")
        #expect(value.object?.keys == ["b", "a"])
        #expect(value["a"]?.array?[0] == .double(1))
    }

    @Test("members whose names Unicode calls equivalent are two, and so are texts")
    func codePoints() throws {
        let value = try JSON(parsing: #"{"e\u0301": 1, "\u00e9": 2, "e\u0301": 3}"#)
        #expect(value.text(.python) == #"{"e\u0301": 3, "\u00e9": 2}"#)
        #expect(value["\u{E9}"] == 2 && value["e\u{301}"] == 3)
        #expect(value.object?.keys.map(\.string.unicodeScalars.count) == [2, 1])
        #expect(JSON.string("\u{E9}") != "e\u{301}")
        #expect(Set<JSON>(["\u{E9}", "e\u{301}", ["\u{E9}": 1], ["e\u{301}": 1]]).count == 4)
        #expect(value.text(.pythonSorted) == #"{"e\u0301": 3, "\u00e9": 2}"#)
    }

    @Test(
        "whole numbers keep their digits",
        arguments: [
            "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
            "-9223372036854775809", "18446744073709551616", "1" + String(repeating: "0", count: 400),
        ])
    func wholeNumbers(digits: String) throws {
        let value = try JSON(parsing: digits)
        #expect(value.text() == digits)
        #expect(value.double == Double(digits))
        #expect(try JSON(parsing: "[\(digits)]") == [value])
        #expect((value.int == nil) == (Int(digits) == nil))
    }

    @Test("more digits than Python takes are refused at their place")
    func tooManyDigits() {
        let error = #expect(throws: JSONError.self) {
            try JSON(parsing: "[\n" + String(repeating: "7", count: 4301) + "]")
        }
        #expect(error?.line == 2 && error?.column == 1)
    }

    @Test("what must be escaped is found wherever it stands")
    func places() throws {
        for length in 0..<20 {
            for place in 0..<max(length, 1) {
                for scalar in ["\"", "\\", "\u{1F}", "\u{0}", "\u{7F}", "\u{80}", "é", "😀", " ", "~"]
                    as [Unicode.Scalar]
                {
                    var scalars = Array(repeating: Unicode.Scalar(UInt8(ascii: "a")), count: length)
                    if length > 0 { scalars[place] = scalar }
                    let text = String(String.UnicodeScalarView(scalars))
                    for style in [JSONStyle.compact, .python] {
                        #expect(try JSON(parsing: JSON.string(text).text(style)) == .string(text))
                    }
                    let isPlain = scalar.value >= 0x20 && scalar.value < 0x7F && scalar != "\"" && scalar != "\\"
                    #expect(JSON.string(text).text(.python).utf8.count == length + 2 || !isPlain && length > 0)
                }
            }
        }
    }

    @Test("objects are changed member by member")
    func members() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["c"] = 3
        object["a"] = nil
        #expect(JSON.object(object).text() == #"{"b":2,"c":3}"#)
        #expect(object.updateValue(4, forKey: "b") == 2 && object.removeValue(forKey: "c") == 3)
        object.setValue(5, at: 0)
        #expect(JSON.object(object.merging(["b": 6, "d": 7]) { old, _ in old }).text() == #"{"b":5,"d":7}"#)
        #expect(object.mapValues { .array([$0]) } == ["b": [5]] && object.filter { $0.key == "x" }.isEmpty)
        #expect(object.first?.key == "b" && object[0].value == 5 && object.values == [5])
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
