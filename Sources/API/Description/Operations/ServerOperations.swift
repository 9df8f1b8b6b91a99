import HTTPServer

extension Operation {
    static var ofServer: [Operation] {
        [
            Operation(
                method: .get, path: "/", area: .server, name: "hello", summary: "Checks that the server runs",
                responses: [.ok("A greeting with the version.", .text)], isGuarded: false, needsModel: false),
            Operation(
                method: .get, path: "/version", area: .server, name: "version", summary: "Shows the versions",
                responses: [.ok("The versions.", .json(.named("Version")))], isGuarded: false, needsModel: false),
            Operation(
                method: .get, path: APIDescription.path, area: .server, name: "describe",
                summary: "Shows which model is in use",
                responses: [.ok("This description, in OpenAPI 3.1.", .json(.object))], isGuarded: false,
                needsModel: false),
            Operation(
                method: .get, path: "/status", area: .server, name: "status", summary: "Shows the model in use",
                responses: [.ok("The model, and how many trainings run.", .json(.named("Status")))]),
        ]
    }
}
