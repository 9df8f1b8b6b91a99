internal import HTTPServer

/// The routes of Rasa's API that this version knows and does not serve, so that 401, 405 and 409 are right on them.
struct LaterRoutes: Sendable {
    let access: Access

    var all: [Route] {
        [
            later(.post, "/model/train", needsModel: false),
            later(.post, "/model/test/stories"),
            later(.post, "/model/test/intents", needsModel: false),
        ]
    }

    private func later(
        _ method: HTTPMethod, _ path: String, otherMethods: Route.OtherMethods = .notAllowed, needsModel: Bool = true
    ) -> Route {
        access.route(method, path, otherMethods: otherMethods, needsModel: needsModel) { _ throws in
            throw APIError(
                .notImplemented, "NotImplemented", "\(method) \(path) is not served by this version of Parley.")
        }
    }
}
