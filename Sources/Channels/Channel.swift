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
    /// Whether replies that are sent this way are shown in the response of the request that caused them, too.
    var showsSentReplies: Bool { get }
    /// Tells the platform what it has to know before the worker serves.
    ///
    /// - Throws: ``ChannelError`` where the platform refuses.
    func start() async throws(ChannelError)
    /// Ends what would keep the worker from ending: others take its place. Returns when that is done, or after a time.
    func leave(within patience: Duration) async
    /// Another worker of the server has died, which held leases under this name. On the event loop.
    func workerDied(owner: String)
    /// Lets go of what the channel holds, after the last turn.
    func end() async
}

extension Channel {
    package var pathName: String { name }

    /// Nothing: the channel can only answer.
    package var outgoing: (any OutputChannel)? { nil }

    package var showsSentReplies: Bool { false }

    package func start() async throws(ChannelError) {}

    package func leave(within patience: Duration) async {}

    package func workerDied(owner: String) {}

    package func end() async {}

    package var prefix: String { "/webhooks/\(pathName)" }

    /// `/webhooks/<name>/webhook`, to which a platform sends what happens.
    package func webhook(
        _ method: HTTPMethod = .post, response: @escaping @Sendable (RoutedRequest) async throws -> HTTPResponse
    ) -> Route {
        Route(method, "\(prefix)/webhook", maxBodyBytes: Route.maxWebhookBodyBytes, handler: .task(response))
    }

    /// `GET /webhooks/<name>/`, by which monitors see that the channel is available.
    package var healthRoute: Route {
        Route(.get, prefix, handler: .atOnce { _ in .json(Array(#"{"status":"ok"}"#.utf8)) })
    }
}

extension [any Channel] {
    /// The channel of this name; nil where there is none, or it can only answer.
    package func sending(as name: String?) -> (any Channel)? {
        last { $0.name.exact == name?.exact && $0.outgoing != nil }
    }
}
