import Dialogue
import JSON
import Testing

@testable import Assistant

@Suite("What a worker keeps for the next turns is bounded by its size")
struct EventWeightTests {
    @Test("small events count for something, large ones for what they are")
    func weights() {
        #expect(Event(.restart).weight == 4096)
        let text = String(repeating: "tea ", count: 100_000)
        let said = UserUttered(text: text, parseData: ["text": .string(text)])
        #expect((800_000...900_000).contains(Event(.user(said)).weight))
        #expect(Event(.slot(SlotSet("tea", .string(text)))).weight > 400_000)
        #expect(Event(.pause, metadata: ["tea": .string(text)]).weight > 400_000)
    }
}
