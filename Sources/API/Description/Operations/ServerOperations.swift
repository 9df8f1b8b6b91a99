import HTTPServer

extension Operation {
    static var ofServer: [Operation] {
        [
            Operation(
                method: .get, path: "/", area: .server, name: "hello", summary: "Says that the server runs",
                answers: [.ok("A greeting with the version.", .text)], isGuarded: false, needsModel: false),
            Operation(
                method: .get, path: "/version", area: .server, name: "version", summary: "Tells the version",
                answers: [.ok("The versions.", .json(.named("Version")))], isGuarded: false, needsModel: false),
            Operation(
                method: .get, path: APIDescription.path, area: .server, name: "describe",
                summary: "Tells what is served",
                answers: [.ok("This description, in OpenAPI 3.1.", .json(.object))], isGuarded: false,
                needsModel: false),
            Operation(
                method: .get, path: "/status", area: .server, name: "status", summary: "Tells the model in use",
                answers: [.ok("The model, and how many trainings run.", .json(.named("Status")))]),
        ]
    }
}
