import Dialogue
import JSON
import Testing

@testable import Assistant

@Suite("Replies become messages as on Rasa's REST channel")
struct ReplyTests {
    private func messages(_ response: JSONObject) -> [JSON] {
        let event = Event.utterance(response)
        guard case .bot(let message) = event.body else { return [] }
        return BotMessage(message, metadata: event.metadata, recipient: "c").messages
    }

    @Test("A blank line begins a new message; white space around the whole goes")
    func paragraphs() {
        #expect(
            messages(["text": " a\n\nb\n\n\nc \n\n "]) == [
                ["recipient_id": "c", "text": "a"], ["recipient_id": "c", "text": "b"],
                ["recipient_id": "c", "text": "\nc"],
            ])
    }

    @Test("Buttons keep the text whole, quick replies go before buttons")
    func buttons() {
        let button: JSON = ["title": "t", "payload": "/p"]
        #expect(
            messages(["text": "a\n\nb", "buttons": [button]]) == [
                ["recipient_id": "c", "text": "a\n\nb", "buttons": [button]]
            ])
        #expect(
            messages(["text": "a", "buttons": [1], "quick_replies": [button]]) == [
                ["recipient_id": "c", "text": "a", "buttons": [button]]
            ])
    }

    @Test("Custom, image, attachment and elements follow in this order; a picture comes once")
    func parts() {
        #expect(
            messages([
                "text": "", "image": "i", "custom": ["k": 1],
                "elements": [["title": "T", "buttons": [["title": "b"]]], ["subtitle": "S"]],
            ]) == [
                ["recipient_id": "c", "custom": ["k": 1]], ["recipient_id": "c", "image": "i"],
                ["recipient_id": "c", "text": "T : ", "buttons": [["title": "b"]]],
                ["recipient_id": "c", "text": " : S", "buttons": []],
            ])
        #expect(
            messages(["image": "i", "attachment": "f"]) == [
                ["recipient_id": "c", "image": "i"], ["recipient_id": "c", "attachment": "f"],
            ])
    }

    @Test("What is no part of a message becomes the event's metadata")
    func metadata() {
        let event = Event.utterance(["text": "a", "channel": "web", "id": "7", "utter_action": "utter_a"])
        #expect(event.metadata == ["channel": "web", "id": "7", "utter_action": "utter_a"])
    }

    @Test("Variations: channel before any, condition before none, texts compared without case")
    func variations() throws {
        let domain = try Domain(json: ["slots": ["s": ["type": "text", "mappings": []]]])
        var tracker = Tracker(conversation: "c", slots: domain.slots)
        let condition: JSON = [["type": "slot", "name": "s", "value": "Yes"]]
        let plain: JSON = ["text": "plain"]
        let web: JSON = ["text": "web", "channel": "web"]
        let conditional: JSON = ["text": "if", "condition": condition]
        let both: JSON = ["text": "both", "channel": "web", "condition": condition]
        let all = [plain, web, conditional, both]
        func fitting(_ channel: String, _ variations: [JSON]) -> [JSON] {
            TemplateGenerator.fitting(variations, channel: channel, tracker: tracker)
        }
        #expect(fitting("rest", all) == [plain])
        #expect(fitting("web", all) == [web])
        #expect(fitting("rest", [web]) == [])
        tracker.update(Event(.slot(SlotSet("s", "YES"))))
        #expect(fitting("web", all) == [both])
        #expect(fitting("rest", all) == [conditional])
        #expect(fitting("web", [plain, web, conditional]) == [web])
    }
}
