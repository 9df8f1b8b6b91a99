package protocol Responder: Sendable {
    /// The response to a request that needs no waiting, made at once on the event loop; nil passes the request on to
    /// ``respond(to:)``. It saves such requests a task.
    func respondAtOnce(to request: HTTPRequest) -> HTTPResponse?

    /// The response to a request. Runs as a task of its own on the event loop; the task is cancelled when the response
    /// has taken longer than ``ServerLimits/responseTimeout``, but not when the client leaves, unless
    /// ``ClientPresence/endsTaskWhenGone()`` asks for that.
    func respond(to request: HTTPRequest) async -> HTTPResponse

    /// Notes in a request where it leads, which is found once for all that follows; nothing where there are no routes.
    func route(_ request: inout HTTPRequest)
}

extension Responder {
    package func route(_ request: inout HTTPRequest) {}

    package func respondAtOnce(to request: HTTPRequest) -> HTTPResponse? { nil }
}
