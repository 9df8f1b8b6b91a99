import Channels
import ExactText
import HTTPServer

/// Guards the routes of the API: who may use them, and whether there is a model to answer with.
struct Access: Sendable {
    private let callers: Callers
    private let service: any ConversationService

    init(_ options: APIOptions, service: some ConversationService) {
        callers = Callers(token: options.token, webTokens: options.webTokens)
        self.service = service
    }

    /// Guards a route that is answered at once.
    func route(
        _ method: HTTPMethod, _ path: String, otherMethods: Route.OtherMethods = .notAllowed, needsModel: Bool = true,
        atOnce handler: @escaping @Sendable (RoutedRequest) throws -> HTTPResponse
    ) -> Route {
        let admit = guardian(of: path, needsModel: needsModel)
        return Route(
            method, path, otherMethods: otherMethods,
            handler: .atOnce { routed in
                try admit(routed)
                return try handler(routed)
            })
    }

    /// Guards a route that is answered by a task.
    func route(
        _ method: HTTPMethod, _ path: String, otherMethods: Route.OtherMethods = .notAllowed, needsModel: Bool = true,
        maxBodyBytes: Int? = Route.maxMessageBodyBytes,
        task handler: @escaping @Sendable (RoutedRequest) async throws -> HTTPResponse
    ) -> Route {
        let admit = guardian(of: path, needsModel: needsModel)
        return Route(
            method, path, otherMethods: otherMethods, maxBodyBytes: maxBodyBytes,
            handler: .task { routed in
                try admit(routed)
                return try await handler(routed)
            })
    }

    private func guardian(of path: String, needsModel: Bool) -> @Sendable (RoutedRequest) throws(APIError) -> Void {
        let isOfConversation = path.exact.contains(text: "{conversation_id}")
        return { [callers, service] routed throws(APIError) in
            let caller = try callers.caller(of: routed.request)
            guard caller.may(use: isOfConversation ? routed.parameter : nil) else { throw .notAuthorized }
            guard !needsModel || service.modelInUse != nil else { throw .noModel }
        }
    }
}
