/// Answers requests.
package protocol Responder: Sendable {
    /// The answer to a request that needs no waiting, made at once on the event loop; nil passes the request on to
    /// ``respond(to:)``. It saves such requests a task.
    func respondAtOnce(to request: HTTPRequest) -> HTTPResponse?

    /// The answer to a request. Runs as a task of its own on the event loop; the task is cancelled when the answer has
    /// taken longer than ``ServerLimits/answerTime``, but not when the client leaves, unless
    /// ``ClientPresence/endsTaskWhenGone()`` asks for that.
    func respond(to request: HTTPRequest) async -> HTTPResponse
}

extension Responder {
    /// Nothing is answered at once.
    package func respondAtOnce(to request: HTTPRequest) -> HTTPResponse? { nil }
}
