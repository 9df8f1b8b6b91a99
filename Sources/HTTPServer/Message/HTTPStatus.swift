import NIOHTTP1

/// The status of a response.
package struct HTTPStatus: Sendable, Hashable {
    /// The number, 200 to 599.
    package let code: Int

    /// A status by its number.
    package init(code: Int) {
        self.code = code
    }

    /// The words that belong to the number.
    package var phrase: String { HTTPResponseStatus(statusCode: code).reasonPhrase }

    /// Whether a response with this status may have a body.
    package var mayHaveBody: Bool { code != 204 && code != 304 }

    /// Done.
    package static let ok = HTTPStatus(code: 200)
    /// Done, and nothing to say.
    package static let noContent = HTTPStatus(code: 204)
    /// The request cannot be understood.
    package static let badRequest = HTTPStatus(code: 400)
    /// Who asks is not known.
    package static let unauthorized = HTTPStatus(code: 401)
    /// Who asks may not do this.
    package static let forbidden = HTTPStatus(code: 403)
    /// There is nothing at this path.
    package static let notFound = HTTPStatus(code: 404)
    /// The path does not take this method.
    package static let methodNotAllowed = HTTPStatus(code: 405)
    /// There is no form of the response that the request accepts.
    package static let notAcceptable = HTTPStatus(code: 406)
    /// The request took too long to arrive.
    package static let requestTimeout = HTTPStatus(code: 408)
    /// The server's state does not allow this now.
    package static let conflict = HTTPStatus(code: 409)
    /// The body is larger than the limit.
    package static let contentTooLarge = HTTPStatus(code: 413)
    /// The request expects what the server does not do.
    package static let expectationFailed = HTTPStatus(code: 417)
    /// The head is larger than the limit.
    package static let headersTooLarge = HTTPStatus(code: 431)
    /// The server failed.
    package static let internalServerError = HTTPStatus(code: 500)
    /// The server does not do this.
    package static let notImplemented = HTTPStatus(code: 501)
    /// The server, or what it depends on, is not available now.
    package static let serviceUnavailable = HTTPStatus(code: 503)
    /// What the server depends on did not respond; what was asked of it may be done.
    package static let gatewayTimeout = HTTPStatus(code: 504)
}
