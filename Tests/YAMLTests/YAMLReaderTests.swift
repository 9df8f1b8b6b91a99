import ExactText
import JSON
import OrderedCollections
import System
import TestSupport
import Testing

@testable import YAML

@Suite("YAML is read with the types that Rasa sees, and with places")
struct YAMLReaderTests {
    private static let environment = EnvironmentVariables { ["A": "aval", "N": "5", "E": ""][$0] }

    private func read(_ text: String) throws -> YAMLNode {
        try YAMLReader(environment: YAMLReaderTests.environment).read(Array(text.utf8), file: "f.yml")
    }

    private func value(_ text: String) throws -> YAMLNode.Value {
        try #require(try read("k: \(text)\n").mapping?["k"]).value.value
    }

    private func error(_ text: String) -> SourceError? { sourceError { try read(text) } }

    /// As ruamel.yaml 0.17.21 answers in Rasa.
    @Test func plainScalars() throws {
        let strings = [
            "yes", "on", "tRue", "No", "12:30", "0B1", "0X1f", "0o8", "1e", "_1", "1,000", ".Nan", "0o", "2001-01-01",
            "$A", "${A", "+", "-", ".", "--1", "1.2.3", "1e5.0",
        ]
        for text in strings where text != "-" { #expect(try value(text) == .string(text)) }
        let integers = [
            "0o17": 15, "017": 17, "0x1F": 31, "1_000": 1000, "+12": 12, "-0": 0, "0b11": 3, "09": 9, "0_1": 1,
            "1__0": 10, "1_": 1, "0x_1": 1, "00": 0, "+0x1": 1, "-0o7": -7,
        ]
        for (text, number) in integers { #expect(try value(text) == .int(number), "\(text)") }
        let doubles = [
            "1e3": 1000, "1.5e3": 1500, "1.": 1, ".5": 0.5, ".inf": Double.infinity, "-.Inf": -Double.infinity,
            "-1.5E-3": -0.0015, "0.5_5": 0.55, "1e+3": 1000, "1.e3": 1000, "+.inf": Double.infinity,
        ]
        for (text, number) in doubles { #expect(try value(text) == .double(number), "\(text)") }
        for text in ["true", "True", "TRUE"] { #expect(try value(text) == .bool(true)) }
        for text in ["false", "False", "FALSE"] { #expect(try value(text) == .bool(false)) }
        for text in ["", "~", "null", "Null", "NULL"] { #expect(try value(text) == .null) }
    }

    @Test(arguments: [
        ("18446744073709551616", "18446744073709551616"), ("-9_223_372_036_854_775_809", "-9223372036854775809"),
        ("0x1_0000_0000_0000_0000", "18446744073709551616"), ("-0x8000000000000001", "-9223372036854775809"),
        ("0o2000000000000000000000", "18446744073709551616"),
        ("0b1" + String(repeating: "0", count: 64), "18446744073709551616"),
        ("000000000000000000009223372036854775808", "9223372036854775808"),
        (
            "0x" + String(repeating: "f", count: 64),
            "115792089237316195423570985008687907853269984665640564039457584007913129639935"
        ),
    ])
    func wholeNumbersKeepTheirDigits(written: String, digits: String) throws {
        guard case .largeInteger(let number) = try value(written) else {
            Issue.record("\(written) is \(try value(written))")
            return
        }
        #expect(number.description == digits)
    }

    @Test func keysGoByCodePoints() throws {
        let mapping = try #require(try read("e\u{301}: 1\n\u{E9}: 2\n").mapping)
        #expect(mapping.count == 2)
        #expect(mapping["\u{E9}"]?.value.value == .int(2) && mapping["e\u{301}"]?.value.value == .int(1))
    }

    @Test func aByteOrderMarkIsNoPartOfTheText() throws {
        let node = try YAMLReader().read([0xEF, 0xBB, 0xBF] + Array("a: 1\nb: 2\n".utf8), file: "f.yml")
        #expect(node.mapping?["a"]?.value.value == .int(1))
        #expect(node.mapping?["b"]?.keyPlace.line == 2)
    }

    @Test func quotesAndTags() throws {
        #expect(try value("\"5\"") == .string("5"))
        #expect(try value("'true'") == .string("true"))
        #expect(try value("\"\\u00e9\"") == .string("é"))
        #expect(try value("!!str 5") == .string("5"))
        #expect(try value("!!int \"7\"") == .int(7))
        #expect(try value("!!float 3") == .double(3))
        #expect(error("k: !!python/object:os.system x\n")?.message.contains("tag") == true)
        #expect(error("k: !foo x\n")?.place.line == 1)
    }

    @Test("In a text of ASCII alone escapes mean their characters also without quotes, and pairs mean one")
    func escapes() throws {
        #expect(try value(#"\u00e9 x"#) == .string("é x"))
        #expect(try value(#"'\U0001F600'"#) == .string("😀"))
        #expect(try value(#""a \ud83d\ude00 b""#) == .string("a 😀 b"))
        #expect(try value(#"\\u00e9"#) == .string(#"\\u00e9"#))
        #expect(try value(#""\\u00e9 \u0022""#) == .string(#"\u00e9 ""#))
        #expect(try value(#"C:\users \u00 \u+123 \"#) == .string(#"C:\users \u00 \u+123 \"#))
        #expect(try value(#"é \u00e9"#) == .string(#"é \u00e9"#))
        #expect(error(#"k: "\ud83d""#)?.code == .badYAML)
    }

    @Test func variables() throws {
        #expect(try value("${A}") == .string("aval"))
        #expect(try value("x${A}y") == .string("xavaly"))
        #expect(try value("${N}") == .string("5"), "a variable's value is a text")
        #expect(try value("${E}") == .string(""))
        #expect(try value("$A${N}") == .string("aval5"))
        #expect(try value("http://${A}:${N}/x") == .string("http://aval:5/x"))
        #expect(try value("\"${A}\"") == .string("${A}"), "not in quotes, as in Rasa")
        #expect(try value("|-\n  ${A}\n  b") == .string("${A}\nb"))
        #expect(try value("pa$$w${A}") == .string("pa$$waval"))
        #expect(try read("${A}: 1").mapping?.keys.first == "aval")
    }

    @Test(arguments: ["${NOPE}", "a ${NOPE} b", "x${NOPE}", "${A} $NOPE"])
    func unsetVariables(_ text: String) {
        let error = error("a: 1\nb:\n  - c: \(text)\n")
        #expect(error?.code == .unsetVariable)
        #expect(error?.description.hasPrefix("f.yml:3: ") == true)
        #expect(error?.message.contains("'NOPE'") == true)
    }

    @Test func places() throws {
        let root = try read("# comment\na:\n  - x\n  - {b: 1}\n")
        let entry = try #require(root.mapping?["a"])
        #expect(entry.keyPlace == SourcePlace(file: "f.yml", line: 2, column: 1))
        #expect(entry.value.sequence?[1].place == SourcePlace(file: "f.yml", line: 4, column: 5))
        #expect(entry.value.sequence?[1].mapping?["b"]?.value.place.column == 9)
    }

    @Test func aliasesAndMerges() throws {
        let root = try read("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\nc: *x\n")
        let merged = try #require(root.mapping?["b"]?.value.mapping)
        #expect(merged["p"]?.value.value == .int(1))
        #expect(merged["q"]?.value.value == .int(3), "a key's own value counts")
        #expect(root.mapping?["c"]?.value.mapping?["q"]?.value.value == .int(2))
        #expect(error("a: *x\n")?.code == .badYAML)
        #expect(error("a: &x [*x]\n")?.code == .badYAML)
    }

    @Test func emptyTexts() throws {
        for text in ["", "# nothing\n", "---\n", "~"] { #expect(try read(text).isNull) }
    }

    @Test func brokenTexts() {
        let broken = [
            ("a:\n  b: 1\n c: 2\n", 3), ("a: [1, 2\nb: 3\n", 2), ("a: 1\na: 2\n", 2), ("\"a\": 1\na: 2\n", 2),
            ("a:\n\tb: 1\n", 2), ("a: 1\n---\nb: 2\n", 2), ("? [a]\n: b\n", 1), ("a: \"x\n", 2), ("a: {${A}: 1}\n", 1),
        ]
        for (text, line) in broken {
            let error = error(text)
            #expect(error?.code == .badYAML, "\(text)")
            #expect(error?.place.line == line, "\(text): \(String(describing: error))")
            #expect(error?.description.contains("\n") == false)
        }
    }

    @Test func textThatIsNotUTF8() {
        let error = #expect(throws: SourceError.self) { try YAMLReader().read([0x61, 0x0A, 0xFF], file: "f.yml") }
        #expect(error?.place.line == 2)
    }

    @Test func depthIsBounded() {
        #expect(error(String(repeating: "[", count: 10_000))?.message.contains("deeper") == true)
        #expect(error(String(repeating: "[", count: 60) + String(repeating: "]", count: 60)) == nil)
    }

    @Test func repetitionIsBounded() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...8 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(error(text)?.message.contains("100000 values") == true)
    }
}
