import JSON
import Testing

@testable import Channels

@Suite("What Slack's events say")
struct SlackEventTests {
    @Test(
        arguments: [
            (["type": "message", "text": "hi"], true), (["type": "app_mention", "text": "hi"], true),
            (["type": "message", "text": ""], false), (["type": "message"], false),
            (["type": "reaction_added", "text": "hi"], false),
            (["type": "message", "text": "hi", "bot_id": "B"], false),
            (["type": "message", "text": "hi", "bot_id": ""], true),
        ] as [(JSON, Bool)])
    func messages(event: JSON, isMessage: Bool) { #expect(SlackEvent.isMessage(event) == isMessage) }

    @Test(
        arguments: [
            ("button", ["value": "/yes"], "/yes"), ("select", ["selected_options": [["value": "a"]]], "a"),
            ("overflow", ["selected_option": ["value": "b"]], "b"), ("users_select", ["selected_user": "U"], "U"),
            ("datepicker", ["selected_date": "2026-01-01"], "2026-01-01"), ("select", ["selected_options": []], nil),
            ("checkboxes", ["value": "x"], nil),
        ] as [(String, JSON, String?)])
    func values(type: String, action: JSON, value: String?) {
        #expect(SlackEvent.value(of: action, type: type) == value)
    }

    @Test(arguments: [
        ("<@B> hello", "hello"), ("hello <@B>", "hello"), ("hello <@B> you", "hello you"), ("a<@B>b", "a b"),
        ("<@X> hello", "<@X> hello"), ("see <https://a.example|a.example> now", "see a.example now"),
        ("<mailto:x@y|x@y>", "<mailto:x@y|x@y>"), ("<https://a.example>", "<https://a.example>"),
    ])
    func texts(text: String, cleaned: String) { #expect(SlackEvent.cleaned(text, mentions: ["B"]) == cleaned) }
}
