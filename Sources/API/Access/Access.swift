internal import Channels
internal import HTTPServer

/// Decides who may use the API.
struct Access: Sendable {
    private let token: [UInt8]?
    private let service: any ConversationService

    init(token: String?, service: some ConversationService) {
        self.token = token.map { Array($0.utf8) }
        self.service = service
    }

    /// Guards a route that is answered at once.
    func route(
        _ method: HTTPMethod, _ path: String, otherMethods: Route.OtherMethods = .notAllowed, needsModel: Bool = true,
        atOnce answer: @escaping @Sendable (RoutedRequest) throws -> HTTPResponse
    ) -> Route {
        Route(
            method, path, otherMethods: otherMethods,
            answer: .atOnce { routed in
                try admit(routed, needsModel: needsModel)
                return try answer(routed)
            })
    }

    /// Guards a route that is answered by a task.
    func route(
        _ method: HTTPMethod, _ path: String, otherMethods: Route.OtherMethods = .notAllowed, needsModel: Bool = true,
        task answer: @escaping @Sendable (RoutedRequest) async throws -> HTTPResponse
    ) -> Route {
        Route(
            method, path, otherMethods: otherMethods,
            answer: .task { routed in
                try admit(routed, needsModel: needsModel)
                return try await answer(routed)
            })
    }

    private func admit(_ routed: RoutedRequest, needsModel: Bool) throws(APIError) {
        guard isAuthenticated(routed.request) else { throw .notAuthenticated }
        guard !needsModel || service.modelInUse != nil else { throw .noModel }
    }

    private func isAuthenticated(_ request: HTTPRequest) -> Bool {
        guard let token else { return true }
        guard let given = request.query.first("token") else { return false }
        return Access.isEqual(Array(given.utf8), to: token)
    }

    /// Compares in a time that depends on the length of what was given only.
    static func isEqual(_ given: [UInt8], to secret: [UInt8]) -> Bool {
        guard !secret.isEmpty else { return given.isEmpty }
        var difference = given.count ^ secret.count
        var at = 0
        for byte in given {
            difference |= Int(byte ^ secret[at])
            at = at + 1 == secret.count ? 0 : at + 1
        }
        return difference == 0
    }
}
