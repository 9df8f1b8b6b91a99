internal import ExactText
internal import JSON

extension Schema {
    static var ofEvents: [(String, Schema)] {
        let kinds = eventKinds
        let names = kinds.map {
            "\($0.name.exact.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined())Event"
        }
        return [("Event", .any(of: names.map(Schema.named)))] + zip(names, kinds.map(\.schema))
    }

    /// The kinds of events that are taken and shown. Members that an event is never without when it is shown may be
    /// missing when it is sent, where Rasa fills them in.
    private static var eventKinds: [(name: String, schema: Schema)] {
        [
            event(
                "user", ["parse_data": .object],
                optional: ["text": .string.orNull, "input_channel": .string.orNull, "message_id": .string.orNull]),
            event("bot", optional: ["text": .string.orNull, "data": .object.orNull]),
            event("action", ["name": .string], optional: chosen),
            // Of a story with texts: it says its text.
            ("said_action", event("action", ["action_text": .string], optional: saying).schema),
            event("action_execution_rejected", optional: refused),
            event("slot", ["name": .string, "value": .any]),
            event("active_loop", optional: ["name": .string.orNull]),
            event("loop_interrupted", optional: ["is_interrupted": .boolean.orNull]),
            event("followup", optional: ["name": .string.orNull]),
            event("user_featurization", optional: ["use_text_for_featurization": .boolean.orNull]),
            event("entities", ["entities": .list(of: .object)]),
            event(
                "reminder", ["date_time": .string.example("2030-01-01T12:00:00")],
                optional: [
                    "intent": .string.orNull, "entities": .any, "name": .string.orNull,
                    "kill_on_user_msg": .boolean.orNull,
                ]),
            event("cancel_reminder", optional: ["name": .string.orNull, "intent": .string.orNull, "entities": .any]),
            event("agent", optional: ["text": .string.orNull, "data": .any]),
            event("export", optional: ["path": .string.orNull]),
        ]
            + ["session_started", "restart", "rewind", "undo", "reset_slots", "pause", "resume"].map { event($0) }
    }

    private static let refused: KeyValuePairs<String, Schema> = [
        "name": .string.orNull, "policy": .string.orNull, "confidence": .number.orNull,
    ]
    private static let chosen: KeyValuePairs<String, Schema> = [
        "policy": .string.orNull, "confidence": .number.orNull, "action_text": .string.orNull,
        "hide_rule_turn": .boolean,
    ]
    private static let saying: KeyValuePairs<String, Schema> = [
        "name": .string.orNull, "policy": .string.orNull, "confidence": .number.orNull,
        "hide_rule_turn": .boolean,
    ]

    private static func event(
        _ name: String, _ needed: KeyValuePairs<String, Schema> = [:], optional: KeyValuePairs<String, Schema> = [:]
    ) -> (name: String, schema: Schema) {
        let common: [(String, Schema)] = [
            ("timestamp", .number.described("Seconds since 1970; now where it is missing.")), ("metadata", .object),
        ]
        return (name, .tagged("event", name, needed, optional: optional, common: common))
    }
}
