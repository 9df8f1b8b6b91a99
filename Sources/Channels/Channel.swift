package import Assistant
import ExactText
package import HTTPServer

/// A way by which users reach the assistant.
package protocol Channel: Sendable {
    /// The name by which user events know where their message came from.
    var name: String { get }
    /// The part of the channel's paths after `/webhooks/`.
    var pathName: String { get }
    /// The channel's own routes, with their whole paths. None of them asks for the API's token.
    var routes: [Route] { get }
    /// Sends messages that no message of the user asks for; nil where the channel can only answer.
    var outgoing: (any OutputChannel)? { get }
    /// Whether replies that are sent this way are shown in the answer of the request that caused them, too.
    var showsSentReplies: Bool { get }
    /// Tells the platform what it has to know before the worker serves.
    ///
    /// - Throws: ``ChannelError`` where the platform refuses.
    func start() async throws(ChannelError)
    /// Ends what would keep the worker from ending: it accepts no more connections.
    func leave() async
    /// Lets go of what the channel holds, after the last turn.
    func end() async
}

extension Channel {
    /// The channel's name.
    package var pathName: String { name }

    /// Nothing: the channel can only answer.
    package var outgoing: (any OutputChannel)? { nil }

    /// They are not.
    package var showsSentReplies: Bool { false }

    /// Nothing is to be told.
    package func start() async throws(ChannelError) {}

    /// Nothing is to be ended.
    package func leave() async {}

    /// Nothing is held.
    package func end() async {}

    /// Where the channel's routes are.
    package var prefix: String { "/webhooks/\(pathName)" }

    /// `/webhooks/<name>/webhook`, to which a platform sends what happens.
    package func webhook(
        _ method: HTTPMethod = .post, answer: @escaping @Sendable (RoutedRequest) async throws -> HTTPResponse
    ) -> Route {
        Route(method, "\(prefix)/webhook", maxBodyBytes: Route.maxWebhookBodyBytes, answer: .task(answer))
    }

    /// `GET /webhooks/<name>/`, by which monitors see that the channel is served.
    package var healthRoute: Route {
        Route(.get, prefix, answer: .atOnce { _ in .json(Array(#"{"status":"ok"}"#.utf8)) })
    }
}

extension [any Channel] {
    /// The channel of this name; nil where there is none, or it can only answer.
    package func sending(as name: String?) -> (any Channel)? {
        last { $0.name.exact == name?.exact && $0.outgoing != nil }
    }
}
