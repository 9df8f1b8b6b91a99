internal import HTTPServer

extension Operation {
    static var ofTraining: [Operation] {
        let called = Answer.empty("The result goes to 'callback_url'.")
        return [
            Operation(
                method: .post, path: "/model/train", area: .training, name: "train", summary: "Trains a model",
                description: "In a process of its own; the model in use stays.",
                query: [
                    Parameter(
                        name: "save_to_default_model_directory", schema: .lenient(.flag(otherwise: true)),
                        description: "Whether the archive is kept in the folder of models."),
                    Parameter(
                        name: "augmentation", schema: .lenient(.integer(atLeast: 0, otherwise: 50)),
                        description: "How many stories are made by gluing stories together, in tens."),
                    .callback,
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
                query: [
                    Parameter(
                        name: "model", schema: .string,
                        description: "The path of an archive; the model in use where it is missing."),
                    Parameter(
                        name: "cross_validation_folds", schema: .integer(atLeast: 2),
                        description: "Trains from all but one part of the data and tests with that, for each part."),
                    .callback,
                ], body: .yaml(.named("TrainingData")).or(.json(.object(["rasa_nlu_data": .object]))),
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
                ], body: .yaml(.named("TrainingData")),
                answers: [
                    .ok("The report.", .json(.named("StoryReport"))),
                    .error(.badRequest, "There are no stories, or they have mistakes."),
                ]),
        ]
    }
}
