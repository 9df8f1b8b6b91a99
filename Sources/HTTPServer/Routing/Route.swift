/// What answers one method at one path.
public struct Route: Sendable {
    /// Makes an answer, or throws an ``APIError`` or anything else that the responder words as one.
    public enum Answer: Sendable {
        /// Without waiting: on the event loop, while the request is read.
        case atOnce(@Sendable (RoutedRequest) throws -> HTTPResponse)
        /// As a task of its own.
        case task(@Sendable (RoutedRequest) async throws -> HTTPResponse)
    }

    /// What is said about methods for which the path has no route.
    public enum OtherMethods: Sendable {
        /// 405, with what is allowed.
        case notAllowed
        /// 404, as if there were nothing.
        case notFound
    }

    /// The method; `HEAD` is answered by the route of `GET`.
    public let method: HTTPMethod
    /// The path: literal, or with one `{name}` that stands for any text, slashes included. Also the route's name in
    /// metrics. Slashes at the end of a request's path are passed over.
    public let path: String
    /// What other methods get at this path.
    public let otherMethods: OtherMethods
    /// Makes the answer.
    public let answer: Answer

    /// A route from its parts.
    public init(_ method: HTTPMethod, _ path: String, otherMethods: OtherMethods = .notAllowed, answer: Answer) {
        self.method = method
        self.path = path
        self.otherMethods = otherMethods
        self.answer = answer
    }
}

/// A request with what its path holds in the place of the route's `{name}`.
public struct RoutedRequest: Sendable {
    /// The request.
    public let request: HTTPRequest
    /// The part of the path, as it came: not percent-decoded. Empty where the route has none.
    public let parameter: Substring

    /// A request as a router hands it to its route.
    public init(request: HTTPRequest, parameter: Substring = "") {
        self.request = request
        self.parameter = parameter
    }
}
