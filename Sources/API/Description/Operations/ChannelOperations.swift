import HTTPServer

extension Operation {
    static var ofChannels: [Operation] {
        [
            Operation(
                method: .get, path: "/webhooks/rest", area: .channels, name: "restHealth",
                summary: "Checks that the REST channel is available",
                responses: [.ok("It is.", .json(.object(["status": .word(["ok"])])))], isGuarded: false,
                needsModel: false),
            Operation(
                method: .post, path: "/webhooks/rest/webhook", area: .channels, name: "say",
                summary: "Sends a message to the assistant",
                query: [
                    Parameter(
                        name: "stream", schema: .lenient(.flag(otherwise: false)),
                        description: "Whether each reply is sent as a line of its own as soon as it is made.")
                ], body: .json(.named("Message")),
                responses: [
                    .ok(
                        "The replies.",
                        .json(.list(of: .named("Reply"))).or(Content(kinds: [("text/event-stream", .string)])))
                ], isGuarded: false),
        ]
    }

    /// An operation of a channel whose requests are defined by a platform.
    static func ofPlatform(_ method: HTTPMethod, _ path: String) -> Operation {
        // What is said of a request belongs to the platform, too, and so it is in whatever form that reads.
        let words = Content(kinds: [("*/*", .any)])
        let name = "\(method.rawValue.lowercased())\(path.map { $0.isLetter || $0.isNumber ? $0 : "_" })"
        return Operation(
            method: method, path: path, area: .channels, name: name,
            summary: "Takes what the channel's platform or clients send",
            responses: [
                .ok("As the platform expects it.", words), .empty("It was accepted, and there is nothing to return."),
                ResponseObject(
                    status: .badRequest, description: "It cannot be understood, or is not signed.", content: words),
                ResponseObject(status: .unauthorized, description: "It does not say who sends it.", content: words),
                ResponseObject(
                    status: .forbidden, description: "It is signed by somebody else, or not.", content: words),
            ], isGuarded: false, needsModel: false)
    }
}
