import HTTPServer

extension Operation {
    static var ofModel: [Operation] {
        [
            Operation(
                method: .put, path: "/model", area: .model, name: "replaceModel",
                summary: "Exchanges the model of the whole server",
                description:
                    "All workers answer from the new model after the answer; if it cannot be had, all keep the old.",
                body: .json(.named("ModelSource")),
                answers: [
                    .empty("No worker answers from another model any more."),
                    .error(.badRequest, "The model cannot be loaded; the old one stays."),
                ], needsModel: false),
            Operation(
                method: .delete, path: "/model", area: .model, name: "unloadModel", summary: "Takes the model away",
                answers: [.empty("No worker answers from a model any more.")], needsModel: false),
            Operation(
                method: .post, path: "/model/parse", area: .model, name: "parse", summary: "Understands a text",
                query: [
                    Parameter(
                        name: "emulation_mode", schema: .word(["WIT", "LUIS", "DIALOGFLOW"]).inAnyCase,
                        description: "The service whose form the answer takes; upper and lower case alike.")
                ],
                body: .json(
                    .object(
                        ["text": .any(of: .string, .tuple(.string))], optional: ["message_id": .lenient(.string)])),
                answers: [
                    .ok(
                        "Intent and entities.",
                        .json(
                            .any(
                                of: .named("Parse"), .named("WitParse"), .named("LUISParse"),
                                .named("DialogflowParse"))))
                ]),
            Operation(
                method: .post, path: "/model/predict", area: .model, name: "predictAfterEvents",
                summary: "Tells what the policies would do after these events", query: [.includeEvents],
                body: .json(.list(of: .named("GivenEvent"))),
                answers: [
                    .ok("The prediction; null where the model has no policies.", .json(.named("Prediction").orNull))
                ]),
            Operation(
                method: .get, path: "/domain", area: .model, name: "domain", summary: "Shows the domain of the model",
                description: "In the form that the header Accept asks for.",
                answers: [
                    .ok("The domain.", .json(.named("Domain")).or(.yaml(.named("Domain")))),
                    .error(.notAcceptable, "The domain can be had as JSON or YAML only."),
                ]),
        ]
    }
}
