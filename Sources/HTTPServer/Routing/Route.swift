import NIOCore

/// An object, since every copy of a request has its route with it.
package final class Route: Sendable {
    /// Makes a response, or throws an ``APIError`` or anything else that the responder words as one.
    package enum Handler: Sendable {
        /// Without waiting: on the event loop, while the request is read.
        case atOnce(@Sendable (RoutedRequest) throws -> HTTPResponse)
        /// As a task of its own.
        case task(@Sendable (RoutedRequest) async throws -> HTTPResponse)
    }

    /// What is said about methods for which the path has no route.
    package enum OtherMethods: Sendable {
        /// 405, with what is allowed.
        case notAllowed
        /// 404, as if there were nothing.
        case notFound
    }

    /// The method; `HEAD` is answered by the route of `GET`.
    package let method: HTTPMethod
    /// The path: literal, or with one `{name}` that stands for any text, slashes included. Also the route's name in
    /// metrics. Slashes at the end of a request's path are passed over.
    package let path: String
    /// What other methods get at this path.
    package let otherMethods: OtherMethods
    /// Bytes of a request's body; more is answered by 413. Nil for what the server takes anyway.
    package let maxBodyBytes: Int?
    package let handler: Handler
    /// Its place among the routes of its router, from 1; 0 outside of one.
    package let number: Int

    package convenience init(
        _ method: HTTPMethod, _ path: String, otherMethods: OtherMethods = .notAllowed, maxBodyBytes: Int? = nil,
        handler: Handler
    ) {
        self.init(
            method, path, otherMethods: otherMethods, maxBodyBytes: maxBodyBytes, handler: handler, number: 0)
    }

    private init(
        _ method: HTTPMethod, _ path: String, otherMethods: OtherMethods, maxBodyBytes: Int?, handler: Handler,
        number: Int
    ) {
        self.method = method
        self.path = path
        self.otherMethods = otherMethods
        self.maxBodyBytes = maxBodyBytes
        self.handler = handler
        self.number = number
    }

    /// The same at a place of a router.
    func numbered(_ number: Int) -> Route {
        Route(
            method, path, otherMethods: otherMethods, maxBodyBytes: maxBodyBytes, handler: handler, number: number)
    }

    /// Bytes of a body that holds one message, or what is asked of one conversation or model.
    package static let maxMessageBodyBytes = 1_000_000
    /// Bytes of a body that a platform sends.
    package static let maxWebhookBodyBytes = 256 << 10

    /// - Throws: 413 where the request's body is larger than the route takes.
    package func check(_ request: HTTPRequest) throws(APIError) {
        guard let maxBodyBytes, request.body.readableBytes > maxBodyBytes else { return }
        throw APIError(
            .contentTooLarge, "ContentTooLarge",
            "The request's body exceeds \(maxBodyBytes) bytes, the limit at this path.")
    }
}

/// A request with what its path holds in the place of the route's `{name}`.
package struct RoutedRequest: Sendable {
    package let request: HTTPRequest
    /// The part of the path, as it came: not percent-decoded. Empty where the route has none.
    package let parameter: Substring

    /// A request as a router hands it to its route.
    package init(request: HTTPRequest, parameter: Substring = "") {
        self.request = request
        self.parameter = parameter
    }
}
