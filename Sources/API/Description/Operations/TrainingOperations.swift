import HTTPServer

extension Operation {
    static var ofTraining: [Operation] {
        let called = ResponseObject.empty("The result goes to 'callback_url'.")
        let callback =
            "With an address of http or https as 'callback_url' in the query the response is 204 at once, whatever the "
            + "data, and the result goes to that address by POST."
        return [
            Operation(
                method: .post, path: "/model/train", area: .training, name: "train", summary: "Trains a model",
                description: "In a process of its own; the model in use stays. \(callback)",
                query: [
                    Parameter(
                        name: "save_to_default_model_directory", schema: .lenient(.flag(otherwise: true)),
                        description: "Whether the archive is kept in the directory of models."),
                    Parameter(
                        name: "augmentation", schema: .lenient(.integer(atLeast: 0, otherwise: 50)),
                        description: "How many augmented stories are made, in tens."),
                ], body: .yaml(.named("TrainingData")),
                responses: [
                    ResponseObject(
                        status: .ok, description: "The archive.",
                        content: Content(kinds: [("application/x-tar", .any)]),
                        fields: [("filename", "The name of the archive."), ("Content-Disposition", "The same.")]),
                    called,
                    .error(.badRequest, "There are no data, or they or the configuration have mistakes."),
                ], needsModel: false),
            Operation(
                method: .post, path: "/model/test/intents", area: .training, name: "testUnderstanding",
                summary: "Evaluates understanding",
                description:
                    "Also takes the JSON of 'rasa_nlu_data', and 'cross_validation_folds' in the query, which trains "
                    + "from all but one part of the data and tests with that, for each part. \(callback)",
                query: [
                    Parameter(
                        name: "model", schema: .word([APIDescription.defaultModel, ""]),
                        description: "The path of an archive, or of a directory with some, such as this; any other is "
                            + "refused where there is none. The model in use where it is missing or empty.")
                ], body: .yaml(.named("TestData")),
                responses: [
                    .ok("The report.", .json(.named("UnderstandingReport"))), called,
                    .error(.badRequest, "There are no data, or they have mistakes, or there is no such model."),
                    .error(.conflict, "No model is loaded, and 'model' names none."),
                ], needsModel: false),
            Operation(
                method: .post, path: "/model/test/stories", area: .training, name: "testStories",
                summary: "Evaluates policies on stories",
                query: [
                    Parameter(
                        name: "e2e", schema: .lenient(.flag(otherwise: false)),
                        description: "Whether messages are parsed again from their texts.")
                ], body: .yaml(.named("TestStories")),
                responses: [
                    .ok("The report.", .json(.named("StoryReport"))),
                    .error(.badRequest, "There are no stories, or they have mistakes."),
                ]),
        ]
    }
}
