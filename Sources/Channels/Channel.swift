public import Assistant
public import HTTPServer

/// A way by which users reach the assistant.
public protocol Channel: Sendable {
    /// The name by which user events know where their message came from.
    var name: String { get }
    /// The part of the channel's paths after `/webhooks/`.
    var pathName: String { get }
    /// The channel's own routes, with their whole paths. None of them asks for the API's token.
    var routes: [Route] { get }
    /// Where replies go that no message asked for, such as those to `trigger_intent`; nil where the channel can only
    /// answer.
    var push: (any ReplySink)? { get }
}

extension Channel {
    /// Nothing: the channel can only answer.
    public var push: (any ReplySink)? { nil }

    /// The channel's name.
    public var pathName: String { name }

    /// Where the channel's routes are.
    public var prefix: String { "/webhooks/\(pathName)" }

    /// `GET /webhooks/<name>/`, by which monitors see that the channel is served.
    public var healthRoute: Route {
        Route(.get, prefix, answer: .atOnce { _ in .json(Array(#"{"status":"ok"}"#.utf8)) })
    }
}
