import JSON

extension Schema {
    /// What clients send as the understanding of a message. It is taken by stricter rules than models follow.
    static var ofGiven: [(String, Schema)] {
        let intent = Schema.object([:], optional: ["name": .string, "confidence": .number])
        return [
            (
                "GivenEntity",
                .object(
                    ["entity": .string, "value": .any],
                    optional: [
                        "start": .integer(), "end": .integer(), "confidence": .number, "extractor": .string.orNull,
                        "role": .string.orNull, "group": .string.orNull,
                    ])
            ),
            (
                "GivenParseData",
                .object(
                    [:],
                    optional: [
                        "text": .string.orNull, "intent": intent, "intent_ranking": .list(of: intent),
                        "entities": .list(of: .named("GivenEntity")), "response_selector": .object,
                    ])
            ),
            (
                "Understood",
                Schema.any(
                    of: .object(["intent": .object, "entities": .list(of: .named("GivenEntity"))]), .nothing
                ).described("What was understood of the message; it is asked of the model where there is nothing.")
            ),
        ]
    }
}
