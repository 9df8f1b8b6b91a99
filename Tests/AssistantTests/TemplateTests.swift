import Foundation
import JSON
import System
import TestSupport
import Testing

@testable import Assistant
@testable import Dialogue

@Suite("Responses are filled in as Rasa fills them")
struct TemplateTests {
    private let values: JSONObject = [
        "a": "A", "n": nil, "b": true, "l": ["x", "it's", 2.0, nil], "o": ["k": "v"], "z": "0[", "e": "é\n",
    ]

    @Test("Names in braces, doubled braces and what Python's format refuses")
    func texts() throws {
        let json = try JSON(parsing: File.read(Fixtures.path("trackers.json", of: "DialogueTests")))
        for sample in json["templates"]?.array ?? [] {
            let text = sample.array?[0].string ?? ""
            let expected = sample.array?[1].string
            let filled = try? Template.fill(text) { values[$0] }
            #expect(filled == expected, "\(text)")
        }
    }
}
