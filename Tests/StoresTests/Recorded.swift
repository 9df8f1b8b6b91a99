import Dialogue
import JSON

// swift-format-ignore-file: the texts are as they were written

/// Texts that Rasa 3.6.21 wrote.
enum Recorded {
    /// The value of `tracker:größe 7`, by `RedisTrackerStore.save`.
    static let tracker =
        #"{"events": [{"event": "action", "timestamp": 1795395117.5453434, "name": "action_listen", "policy": null, "confidence": null, "action_text": null, "hide_rule_turn": false}, "#
        + #"{"event": "session_started", "timestamp": 1795395117.5456085}, "#
        + #"{"event": "user", "timestamp": 1795395117.5456223, "metadata": {"a": 1}, "text": "h\u00e4llo", "parse_data": {"intent": {"name": "greet", "confidence": 0.25}, "entities": [{"entity": "e", "value": "\u00fc", "start": 0, "end": 1}], "text": "h\u00e4llo", "message_id": null, "metadata": {"a": 1}}, "input_channel": "rest", "message_id": null}, "#
        + #"{"event": "slot", "timestamp": 1795395117.5456262, "name": "s", "value": "\u00e4"}, "#
        + #"{"event": "bot", "timestamp": 1795395117.5456295, "text": "hi", "data": {"buttons": [{"title": "x", "payload": "/y"}]}, "metadata": {}}, "#
        + #"{"event": "action", "timestamp": 1795395117.545632, "name": "action_listen", "policy": null, "confidence": null, "action_text": null, "hide_rule_turn": false}], "name": "gr\u00f6\u00dfe 7"}"#

    static let conversation = "größe 7"

    /// Events that are easy to tell apart.
    static func events(_ numbers: some Sequence<Int>) -> [Event] {
        numbers.map { Event(.slot(SlotSet("n", .int($0))), timestamp: 1_700_000_000 + Double($0)) }
    }
}
