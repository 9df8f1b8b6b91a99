import ExactText
import JSON

extension Schema {
    static var ofEvents: [(String, Schema)] {
        let shown = shownKinds.map { ("\(title($0.name))Event", $0.schema) }
        let given = givenKinds.map { ("Given\(title($0.name))Event", $0.schema) }
        let common = commonKinds.map { ("\(title($0.name))Event", $0.schema) }
        return [
            ("Event", .any(of: (shown + common).map { .named($0.0) })),
            (
                "GivenEvent",
                Schema.any(of: (given + common).map { .named($0.0) })
                    .described("An event as it is taken; what is missing or null is filled in.")
            ),
        ] + shown + given + common
    }

    private static func title(_ name: String) -> String {
        name.exact.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// The kinds that are taken by other rules than they are shown: models and action servers make more than clients
    /// may.
    private static var shownKinds: [(name: String, schema: Schema)] {
        [
            event("user", ["parse_data": .object], optional: said),
            event("entities", ["entities": .list(of: .object)]),
            event("reminder", ["date_time": .string], optional: reminding),
        ]
    }

    private static var givenKinds: [(name: String, schema: Schema)] {
        [
            event("user", ["parse_data": .named("GivenParseData")], optional: said),
            event("entities", ["entities": .list(of: .named("GivenEntity"))]),
            event(
                "reminder", ["date_time": .time.described("The distance from UTC may be left out.")],
                optional: reminding),
        ]
    }

    private static var commonKinds: [(name: String, schema: Schema)] {
        [
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
            event("cancel_reminder", optional: ["name": .string.orNull, "intent": .string.orNull, "entities": .any]),
            event("agent", optional: ["text": .string.orNull, "data": .any]),
            event("export", optional: ["path": .string.orNull]),
        ]
            + ["session_started", "restart", "rewind", "undo", "reset_slots", "pause", "resume"].map { event($0) }
    }

    private static let said: KeyValuePairs<String, Schema> = [
        "text": .string.orNull, "input_channel": .string.orNull, "message_id": .string.orNull,
    ]
    private static let reminding: KeyValuePairs<String, Schema> = [
        "intent": .string.orNull, "entities": .any, "name": .string.orNull, "kill_on_user_msg": .boolean.orNull,
    ]
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
            ("timestamp", .number.orNull.described("Seconds since 1970; now where it is missing, null or 0.")),
            ("metadata", .object.orNull),
        ]
        return (name, .tagged("event", name, needed, optional: optional, common: common))
    }
}
