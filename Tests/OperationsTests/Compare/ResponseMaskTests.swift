import JSON
import Testing

@testable import Operations

@Suite("What no two servers have in common is taken out of responses")
struct ResponseMaskTests {
    private func masked(_ value: JSON) -> JSON { ResponseMask(conversation: "mine-1").masked(value) }

    @Test("times and ids by their names, unless they are nothing; the ids of models with their names")
    func members() {
        let event: JSON = [
            "event": "user", "timestamp": 12.5, "message_id": "abc",
            "metadata": ["model_id": "m", "assistant_id": "a"],
            "date_time": nil,
        ]
        #expect(
            masked(event) == [
                "event": "user", "timestamp": "(time)", "message_id": "(id)", "metadata": [:], "date_time": nil,
            ])
    }

    @Test("the name of the conversation, and random ids, wherever they are in a text")
    func texts() {
        let id = "123e4567-e89b-12d3-a456-426614174000"
        let digits = "0123456789abcdef0123456789ABCDEF"
        #expect(masked(["hello mine-1", .string("Ticket \(id).")]) == ["hello (conversation)", "Ticket (id)."])
        #expect(masked(.string("a-\(digits)/\(id)")) == "a-(id)/(id)")
        #expect(masked(.string("é\(digits)")) == "é(id)")
    }

    @Test(
        "but not what only looks like one",
        arguments: [
            "0123456789abcdef0123456789abcdef0", "x0123456789abcdef0123456789abcdef",
            "123e4567-e89b-12d3-a456-42661417400",
            "no id is in this long sentence at all, is it",
        ])
    func others(text: String) {
        #expect(masked(.string(text)) == .string(text))
    }
}
