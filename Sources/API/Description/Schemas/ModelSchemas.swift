import JSON

extension Schema {
    static var ofModel: [(String, Schema)] {
        let scored = Schema.object(["name": .string.orNull, "confidence": .number])
        return [
            (
                "ModelSource",
                Schema.object([
                    "model_file": .word([APIDescription.defaultModel]).described(
                        """
                        The path of an archive, or of a directory with some; the last stands for what the server was \
                        started with where it has none. Any other than these is refused where no model can be had \
                        from it.
                        """)
                ]).described(
                    """
                    In place of the file, 'model_server' may be an object as 'models' in endpoints.yml, or \
                    'remote_storage' be aws, gcs or azure, with the model's name as 'model_file', where the server's \
                    environment says how to reach it.
                    """)
            ),
            ("Intent", .object(["name": .string.orNull, "confidence": .number])),
            (
                "Entity",
                .object(
                    ["entity": .string],
                    optional: [
                        "value": .any, "start": .integer(atLeast: 0), "end": .integer(atLeast: 0),
                        "extractor": .string, "confidence_entity": .number, "role": .string,
                        "confidence_role": .number, "group": .string, "confidence_group": .number,
                        "processors": .list(of: .string),
                    ]
                ).described("Offsets count Unicode scalars.")
            ),
            (
                "Parse",
                .object(
                    ["text": .string, "intent": scored, "entities": .list(of: .named("Entity"))],
                    optional: [
                        "intent_ranking": .list(of: .named("Intent")),
                        "text_tokens": .list(of: .list(of: .integer(atLeast: 0))), "response_selector": .object,
                    ])
            ),
            (
                "WitParse",
                .object([
                    "text": .string, "intents": .list(of: .named("Intent")), "entities": .map(of: .list(of: .object)),
                ])
            ),
            (
                "LUISParse",
                .object([
                    "query": .string,
                    "prediction": .object([
                        "normalizedQuery": .string, "topIntent": .string.orNull,
                        "intents": .map(of: .object(["score": .number])), "entities": .object,
                    ]),
                ])
            ),
            (
                "DialogflowParse",
                .object([
                    "responseId": .string,
                    "queryResult": .object([
                        "queryText": .string, "action": .string.orNull, "parameters": .map(of: .list(of: .any)),
                        "intent": .object, "intentDetectionConfidence": .number,
                    ]),
                ])
            ),
            (
                "Prediction",
                .object([
                    "scores": .list(of: .object(["action": .string, "score": .number])), "policy": .string.orNull,
                    "confidence": .number, "tracker": .named("Tracker"),
                ])
            ),
            (
                "Domain",
                .object(
                    ["version": .string],
                    optional: [
                        "intents": .list(of: .any(of: .string, .map(of: .object))),
                        "entities": .list(of: .any(of: .string, .map(of: .object))), "slots": .map(of: .object),
                        "responses": .map(of: .list(of: .object)), "actions": .list(of: .any(of: .string, .object)),
                        "forms": .map(of: .object), "e2e_actions": .list(of: .string), "session_config": .object,
                    ])
            ),
        ]
    }
}
