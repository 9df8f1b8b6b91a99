internal import JSON

extension Schema {
    static var ofTraining: [(String, Schema)] {
        let classified = Schema.object([
            "report": .object, "precision": .number.orNull, "f1_score": .number.orNull, "accuracy": .number.orNull,
            "errors": .list(of: .object),
        ])
        return [
            (
                "TrainingData",
                .object(
                    [:],
                    optional: [
                        "version": .word(["3.1"]), "recipe": .word(["default.v1"]), "language": .string,
                        "assistant_id": .text, "pipeline": .list(of: .object(["name": .text])).orNull,
                        "policies": .list(of: .object(["name": .text])).orNull, "intents": .list(of: .text),
                        "entities": .list(of: .text), "slots": .map(of: .object),
                        "responses": .map(of: .list(of: .object)),
                        "actions": .list(of: .text), "forms": .map(of: .object), "session_config": .object,
                        "nlu": .list(of: .object(["intent": .text, "examples": .string])),
                        "stories": .list(of: .object(["story": .text, "steps": .list(of: .object)])),
                        "rules": .list(of: .object(["rule": .text, "steps": .list(of: .object)])),
                    ]
                ).described("Configuration, domain and training data in one document.")
            ),
            (
                "UnderstandingReport",
                .object([
                    "intent_evaluation": .any(of: classified, .null),
                    "entity_evaluation": .any(of: .map(of: classified), .null),
                    "response_selection_evaluation": .any(of: classified, .null),
                ])
            ),
            (
                "StoryReport",
                .object([
                    "report": .object, "precision": .number, "f1": .number, "accuracy": .number,
                    "actions": .list(of: .object), "in_training_data_fraction": .number,
                    "is_end_to_end_evaluation": .boolean,
                ])
            ),
        ]
    }
}
