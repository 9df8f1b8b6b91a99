import JSON
import Testing

@testable import API

@Suite("Domains are written as Rasa writes them")
struct DomainTextTests {
    @Test("with the version first, and texts of several lines in blocks")
    func domain() {
        let domain: JSON = ["responses": ["utter_x": [["text": "a\nb"]]], "session_config": [:], "version": "3.1"]
        let text = String(decoding: DomainText(domain).yaml, as: UTF8.self)
        #expect(text.hasPrefix("version: '3.1'\nresponses:\n  utter_x:\n  - text: |-\n      a\n      b\n"))
    }
}
