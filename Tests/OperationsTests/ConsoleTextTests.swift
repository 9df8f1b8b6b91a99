import JSON
import Testing

@testable import Operations

@Suite("Messages on the terminal")
struct ConsoleTextTests {
    @Test("each part is a line of its own; payloads of one's own are written for readers")
    func parts() {
        let message: JSON = [
            "recipient_id": "me", "text": "choose", "image": "https://p/1", "attachment": "https://p/2",
            "buttons": [["title": "Yes", "payload": "/yes", "colour": "green"], ["title": "No"]],
            "custom": ["a": [1, [:], []], "é": nil],
        ]
        #expect(
            ConsoleText.lines(of: message) == [
                "choose", #"1: Yes (/yes) - {"colour": "green"}"#, "2: No", "Image: https://p/1",
                "Attachment: https://p/2", "Custom json:",
                "{\n  \"a\": [\n    1,\n    {},\n    []\n  ],\n  \"é\": null\n}",
            ])
    }
}
