package import JSON
import RasaCompatibility

/// An error as Rasa's HTTP API words it; the one shape of every error response.
package struct APIError: Error, Sendable, CustomStringConvertible {
    /// The status of the response, and its `code`.
    package let status: HTTPStatus
    /// What kind of error it is, in one word that clients compare: Rasa's.
    package let reason: String
    /// What happened and what would be right, for people. Never holds what a user wrote, nor a secret.
    package let message: String
    /// Facts, such as the parameter at fault.
    package let details: JSONObject
    /// An address with more to read.
    package let help: String?
    package let fields: [HTTPField]

    package init(
        _ status: HTTPStatus, _ reason: String, _ message: String, details: JSONObject = [:], help: String? = nil,
        fields: [HTTPField] = []
    ) {
        self.status = status
        self.reason = reason
        self.message = message
        self.details = details
        self.help = help
        self.fields = fields
    }

    package var description: String { "\(status.code) \(reason): \(message)" }

    package var response: HTTPResponse {
        let body: JSON = [
            "version": .string(RasaVersion.compatible.description),
            "status": "failure",
            "message": .string(message),
            "reason": .string(reason),
            "details": .object(details),
            "help": .text(help),
            "code": .int(status.code),
        ]
        return .json(body.encoded(), status: status, fields: fields)
    }
}

extension APIError {
    package static func badRequest(_ message: String, details: JSONObject = [:]) -> APIError {
        APIError(.badRequest, "BadRequest", message, details: details)
    }

    /// A query parameter has a value that it cannot have.
    package static func badParameter(_ name: String, _ message: String) -> APIError {
        badRequest(message, details: ["parameter": .string(name), "in": "query"])
    }

    /// A member of the body has another type than it must have.
    package static func badMember(_ name: String, _ expected: String) -> APIError {
        badRequest("The member '\(name)' must be \(expected).", details: ["parameter": .string(name), "in": "body"])
    }

    package static func notFound(_ path: Substring) -> APIError {
        APIError(.notFound, "NotFound", "Requested URL \(path) not found")
    }

    /// The path takes other methods; `allowed` lists them as the `allow` header does.
    package static func methodNotAllowed(_ method: HTTPMethod, _ path: Substring, allowed: String) -> APIError {
        APIError(
            .methodNotAllowed, "MethodNotAllowed", "Method \(method) not allowed for URL \(path)",
            fields: [HTTPField("allow", allowed)])
    }

    /// Something that the request depends on cannot be had now; the client may try again after `seconds`.
    package static func unavailable(_ reason: String, _ message: String, retryAfter seconds: Int) -> APIError {
        APIError(.serviceUnavailable, reason, message, fields: [HTTPField("retry-after", String(seconds))])
    }

    /// More is asked of this worker than it takes at a time.
    package static let overloaded = unavailable(
        "Overloaded", "The server already handles as many requests as it accepts at a time.", retryAfter: 1)

    /// The server failed for a reason that is in its log only.
    package static let unexpected = APIError(
        .internalServerError, "InternalServerError", "The server could not handle this request; its log says why.")
}
