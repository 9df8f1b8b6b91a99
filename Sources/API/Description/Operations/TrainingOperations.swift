import HTTPServer

extension Operation {
    static var ofTraining: [Operation] {
        let called = Answer.empty("The result goes to 'callback_url'.")
        let callback =
            "With an address of http or https as 'callback_url' in the query the answer is 204 at once, whatever the "
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
                        description: "How many stories are made by gluing stories together, in tens."),
                ], body: .yaml(.named("TrainingData")),
                answers: [
                    Answer(
                        status: .ok, description: "The archive.",
                        content: Content(kinds: [("application/x-tar", .any)]),
                        fields: [("filename", "The name of the archive."), ("Content-Disposition", "The same.")]),
                    called,
                    .error(.badRequest, "There are no data, or they or the configuration have mistakes."),
                ], needsModel: false),
            Operation(
                method: .post, path: "/model/test/intents", area: .training, name: "testUnderstanding",
                summary: "Compares what is understood with what is right",
                description:
                    "Also takes the JSON of 'rasa_nlu_data', and 'cross_validation_folds' in the query, which trains "
                    + "from all but one part of the data and tests with that, for each part. \(callback)",
                query: [
                    Parameter(
                        name: "model", schema: .word([APIDescription.defaultModel, ""]),
                        description: "The path of an archive, or of a directory with some, such as this; any other is "
                            + "refused where there is none. The model in use where it is missing or empty.")
                ], body: .yaml(.named("TestData")),
                answers: [
                    .ok("The report.", .json(.named("UnderstandingReport"))), called,
                    .error(.badRequest, "There are no data, or they have mistakes, or there is no such model."),
                    .error(.conflict, "No model is loaded, and 'model' names none."),
                ], needsModel: false),
            Operation(
                method: .post, path: "/model/test/stories", area: .training, name: "testStories",
                summary: "Compares what the policies do with stories",
                query: [
                    Parameter(
                        name: "e2e", schema: .lenient(.flag(otherwise: false)),
                        description: "Whether messages are understood anew from their texts.")
                ], body: .yaml(.named("TestStories")),
                answers: [
                    .ok("The report.", .json(.named("StoryReport"))),
                    .error(.badRequest, "There are no stories, or they have mistakes."),
                ]),
        ]
    }
}
