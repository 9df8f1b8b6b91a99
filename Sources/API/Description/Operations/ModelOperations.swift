import HTTPServer

extension Operation {
    static var ofModel: [Operation] {
        [
            Operation(
                method: .put, path: "/model", area: .model, name: "replaceModel",
                summary: "Replaces the model of all workers",
                description:
                    "All workers use the new model once the response is sent; if it cannot be loaded, all keep the old one.",
                body: .json(.named("ModelSource")),
                responses: [
                    .empty("No worker uses another model any more."),
                    .error(.badRequest, "The model cannot be loaded; the old one stays."),
                ], needsModel: false),
            Operation(
                method: .delete, path: "/model", area: .model, name: "unloadModel", summary: "Unloads the model",
                responses: [.empty("No worker uses a model any more.")], needsModel: false),
            Operation(
                method: .post, path: "/model/parse", area: .model, name: "parse", summary: "Parses a message",
                query: [
                    Parameter(
                        name: "emulation_mode", schema: .word(["WIT", "LUIS", "DIALOGFLOW"]).inAnyCase,
                        description: "The service whose form the response takes; upper and lower case alike.")
                ],
                body: .json(
                    .object(
                        ["text": .any(of: .string, .tuple(.string))], optional: ["message_id": .lenient(.string)])),
                responses: [
                    .ok(
                        "Intent and entities.",
                        .json(
                            .any(
                                of: .named("Parse"), .named("WitParse"), .named("LUISParse"),
                                .named("DialogflowParse"))))
                ]),
            Operation(
                method: .post, path: "/model/predict", area: .model, name: "predictAfterEvents",
                summary: "Predicts the action that follows these events", query: [.includeEvents],
                body: .json(.list(of: .named("GivenEvent"))),
                responses: [
                    .ok("The prediction; null where the model has no policies.", .json(.named("Prediction").orNull))
                ]),
            Operation(
                method: .get, path: "/domain", area: .model, name: "domain", summary: "Shows the domain of the model",
                description: "In the form that the header Accept asks for.",
                responses: [
                    .ok("The domain.", .json(.named("Domain")).or(.yaml(.named("Domain")))),
                    .error(.notAcceptable, "The domain is available as JSON or YAML only."),
                ]),
        ]
    }
}
