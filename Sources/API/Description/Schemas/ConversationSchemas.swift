import JSON

extension Schema {
    static var ofConversations: [(String, Schema)] {
        let tracker: KeyValuePairs<String, Schema> = [
            "sender_id": .string, "slots": .map(of: .any),
            "latest_message": .object.described("What was understood of the last message, as it is stored."),
            "latest_event_time": .number.orNull, "followup_action": .string.orNull, "paused": .boolean,
            "events": .any(of: .list(of: .named("Event")), .null), "latest_input_channel": .string.orNull,
            "active_loop": .object([:], optional: ["name": .string, "is_interrupted": .boolean, "rejected": .boolean]),
            "latest_action": .object([:], optional: ["action_name": .string, "action_text": .string]),
            "latest_action_name": .string.orNull,
        ]
        return [
            ("Tracker", .object(tracker)),
            (
                "TrackerWithReplies",
                .object(["tracker": .named("Tracker")], optional: ["messages": .list(of: .named("Reply"))])
            ),
            (
                "Message",
                .object(
                    ["message": .string.example("hello")],
                    optional: [
                        "sender": Schema.lenient(.string).described(
                            "The id of the conversation; 'default' where there is none. Other values count as texts."),
                        "input_channel": .lenient(.string),
                        "metadata": Schema.lenient(.object).described(
                            "A message with something else than an object is ignored."),
                    ])
            ),
            (
                "Reply",
                .object(
                    ["recipient_id": .string],
                    optional: [
                        "text": .string, "buttons": .list(of: .any), "image": .any, "attachment": .any, "custom": .any,
                    ])
            ),
        ]
    }
}
