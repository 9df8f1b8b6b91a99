import JSON

extension Schema {
    private static let pipeline: JSON = [["name": "WhitespaceTokenizer"], ["name": "KeywordIntentClassifier"]]
    private static let examples: JSON = [["intent": "greet", "examples": "- hello\n- good morning\n"]]
    private static let stories: JSON = [
        ["story": "greeting", "steps": [["intent": "greet"], ["action": "utter_greet"]]]
    ]

    static var ofTraining: [(String, Schema)] {
        let classified = Schema.object([
            "report": .object, "precision": .number.orNull, "f1_score": .number.orNull, "accuracy": .number.orNull,
            "errors": .list(of: .object),
        ])
        return [
            (
                "TrainingData",
                Schema.object(
                    ["pipeline": .values([pipeline]), "nlu": .values([examples])],
                    optional: ["recipe": .values(["default.v1", .null]), "language": .string.orNull]
                ).described(
                    """
                    Configuration, domain and training data in one document, with the keys of Rasa's files: 'policies', \
                    'intents', 'slots', 'responses', 'stories', 'rules' and the others. What is shown here can always be \
                    trained; other values can where their components need no gradient descent.
                    """)
            ),
            (
                "TestData",
                Schema.object([:], optional: ["nlu": .values([examples, [], .null])]).described(
                    "Examples as in files of training data; of 'nlu' those that are shown are one case.")
            ),
            (
                "TestStories",
                Schema.object([:], optional: ["stories": .values([stories, [], .null])]).described(
                    "Stories and rules as in files of training data; of 'stories' those that are shown are one case.")
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
