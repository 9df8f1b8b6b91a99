internal import NIOHTTP1

/// The status of an answer.
public struct HTTPStatus: Sendable, Hashable {
    /// The number, 200 to 599.
    public let code: Int

    /// A status by its number.
    public init(code: Int) {
        self.code = code
    }

    /// The words that belong to the number.
    public var phrase: String { HTTPResponseStatus(statusCode: code).reasonPhrase }

    /// Whether an answer with this status may have a body.
    public var mayHaveBody: Bool { code != 204 && code != 304 }

    /// Done.
    public static let ok = HTTPStatus(code: 200)
    /// Done, and nothing to say.
    public static let noContent = HTTPStatus(code: 204)
    /// The request cannot be understood.
    public static let badRequest = HTTPStatus(code: 400)
    /// Who asks is not known.
    public static let unauthorized = HTTPStatus(code: 401)
    /// Who asks may not do this.
    public static let forbidden = HTTPStatus(code: 403)
    /// There is nothing at this path.
    public static let notFound = HTTPStatus(code: 404)
    /// The path does not take this method.
    public static let methodNotAllowed = HTTPStatus(code: 405)
    /// There is no form of the answer that the request accepts.
    public static let notAcceptable = HTTPStatus(code: 406)
    /// The request took too long to arrive.
    public static let requestTimeout = HTTPStatus(code: 408)
    /// The server's state does not allow this now.
    public static let conflict = HTTPStatus(code: 409)
    /// The body is larger than the limit.
    public static let contentTooLarge = HTTPStatus(code: 413)
    /// The request expects what the server does not do.
    public static let expectationFailed = HTTPStatus(code: 417)
    /// The head is larger than the limit.
    public static let headersTooLarge = HTTPStatus(code: 431)
    /// The server failed.
    public static let internalServerError = HTTPStatus(code: 500)
    /// The server does not do this.
    public static let notImplemented = HTTPStatus(code: 501)
    /// The server, or what it depends on, cannot answer now.
    public static let serviceUnavailable = HTTPStatus(code: 503)
}
