import ExactText
import JSON
import System
import TestSupport
import Testing

@testable import YAML

@Suite("YAML is written as Rasa writes it")
struct YAMLWriterTests {
    private func written(_ document: YAMLDocument) -> String { String(decoding: document.text, as: UTF8.self) }

    /// A document as the fixture describes it: texts under `user` are blocks.
    private func document(_ json: JSON) -> YAMLDocument {
        switch json {
        case .object(let members):
            .group(
                members.map { key, value in
                    if key == "user", let text = value.string { return .init(key, .block(text)) }
                    return .init(key, document(value))
                })
        case .array(let elements): .list(elements.map(document))
        default: .value(json)
        }
    }

    private func cases() throws -> [(document: JSON, text: String)] {
        let bytes = try Fixtures.bytes("written_by_rasa.jsonl")
        return try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let json = try JSON(parsing: Array(line))
            return (json["document"] ?? .null, json["text"]?.string ?? "")
        }
    }

    @Test("Documents have the text that Rasa gives them")
    func asRasa() throws {
        let cases = try cases()
        #expect(cases.count > 500)
        for (json, text) in cases {
            let written = document(json).text
            #expect(written == Array(text.utf8), "\(String(decoding: written, as: UTF8.self).debugDescription)")
        }
    }

    @Test("What is written is the same value when it is read again")
    func readAgain() throws {
        for (json, _) in try cases() {
            let node = try YAMLReader(environment: EnvironmentVariables { _ in "no" }).read(
                document(json).text, file: "x")
            #expect(Self.json(node).text() == json.text())
        }
    }

    @Test(
        "Blocks hold every text that reads back, others are quoted",
        arguments: [
            "\u{85}nel", "\u{85}", "a\u{7F}", "a\r\nb", "\r", "\t", "\ta", "nul\0", "🙂\tx  \n y \n", " ", "\n \n",
        ])
    func blocksReadAgain(text: String) throws {
        for value in [YAMLDocument.block(text), .value(.string(text))] {
            let document = YAMLDocument.group([.init("steps", .list([.group([.init("user", value)])]))])
            let node = try YAMLReader().read(document.text, file: "x")
            let read = node.mapping?["steps"]?.value.sequence?.first?.mapping?["user"]?.value.text ?? "nothing"
            #expect(Array(read.unicodeScalars) == Array(text.unicodeScalars))
        }
    }

    @Test("A character that YAML does not allow is escaped")
    func escapes() {
        #expect(written(.group([.init("user", .block("a\u{7F}"))])) == "user: \"a\\x7F\"\n")
    }

    private static func json(_ node: YAMLNode) -> JSON {
        switch node.value {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .largeInteger(let value): .largeInteger(value)
        case .double(let value): .double(value)
        case .string(let text): .string(text)
        case .sequence(let elements): .array(elements.map(json))
        case .mapping(let entries): .object(JSONObject(entries.map { ($0.string, json($1.value)) }))
        }
    }
}
