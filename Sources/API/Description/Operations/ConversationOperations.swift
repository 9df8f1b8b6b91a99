import HTTPServer

extension Operation {
    static var ofConversations: [Operation] {
        let unknown = ResponseObject.error(.notFound, "Nothing is stored for this conversation.")
        let tracker = ResponseObject.ok("The conversation.", .json(.named("Tracker")))
        let replies = ResponseObject.ok(
            "The conversation, and the replies unless a channel sent them.", .json(.named("TrackerWithReplies")))
        return [
            conversation(
                .get, "tracker", "tracker", "Shows a conversation", query: [.includeEvents, .until],
                description: "A conversation that is not stored yet begins.", [tracker]),
            conversation(
                .post, "tracker/events", "appendEvents", "Adds events to a conversation",
                query: [
                    .includeEvents, .outputChannel,
                    Parameter(
                        name: "execute_side_effects", schema: .lenient(.flag(otherwise: false)),
                        description: "Whether messages among the events are sent and reminders take effect."),
                ], body: .json(.any(of: .named("GivenEvent"), .list(of: .named("GivenEvent"), atLeast: 1))), [tracker]),
            conversation(
                .put, "tracker/events", "replaceEvents", "Makes these events the whole conversation",
                query: [.includeEvents], body: .json(.list(of: .named("GivenEvent"))), [tracker]),
            conversation(
                .get, "story", "story", "Shows a conversation as a story for tests",
                query: [
                    .until,
                    Parameter(
                        name: "all_sessions", schema: .lenient(.flag(otherwise: false)),
                        description: "Whether all sessions are included, or only the last."),
                ], [.ok("The story in YAML.", .text), unknown]),
            conversation(
                .post, "execute", "execute", "Runs an action", query: [.includeEvents, .outputChannel],
                body: .json(
                    .object(
                        ["name": .text],
                        optional: ["policy": .string.orNull, "confidence": .number.orNull])),
                [
                    replies,
                    .error(.notFound, "Nothing is stored for this conversation, or the domain has no such action."),
                ]),
            conversation(
                .post, "trigger_intent", "triggerIntent", "Triggers an intent",
                query: [.includeEvents, .outputChannel],
                body: .json(
                    .object(
                        ["name": .text],
                        optional: ["entities": .any(of: .map(of: .any), .list(of: .named("GivenEntity")), .null)])),
                [replies, .error(.notFound, "The domain has no such intent.")]),
            conversation(
                .post, "predict", "predictNext", "Predicts the next action",
                [.ok("The prediction.", .json(.named("Prediction"))), unknown]),
            conversation(
                .post, "messages", "addMessage", "Adds a message from the user without responding to it",
                query: [.includeEvents],
                body: .json(
                    .object(
                        ["text": .string, "sender": .word(["user"])],
                        optional: ["parse_data": .named("Understood")])), [tracker]),
        ]
    }

    private static func conversation(
        _ method: HTTPMethod, _ end: String, _ name: String, _ summary: String, query: [Parameter] = [],
        description: String? = nil, body: Content? = nil, _ responses: [ResponseObject]
    ) -> Operation {
        Operation(
            method: method, path: "/conversations/{conversation_id}/\(end)", area: .conversations, name: name,
            summary: summary, description: description, query: query, body: body, responses: responses)
    }
}
