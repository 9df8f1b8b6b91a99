import Assistant
package import HTTPServer
import Leases
import Offloading
import Stores

extension APIError {
    /// Where Rasa's documentation tells of the API.
    static let apiHelp = "https://rasa.com/docs/rasa/user-guide/configuring-http-api/"

    package static let noModel = APIError(
        .conflict, "Conflict",
        "No agent loaded. To continue processing, a model of a trained agent needs to be loaded.", help: apiHelp)

    /// The model in use only understands.
    static let noPolicies = APIError(
        .conflict, "Conflict", "The model has no policies; a model that was trained with stories or rules is needed.",
        help: apiHelp)

    /// The client did not say who it is, or not rightly.
    static let notAuthenticated = APIError(
        .unauthorized, "NotAuthenticated", "User is not authenticated.", help: apiHelp + "#security-considerations")

    /// The client is known and may not do this.
    static let notAuthorized = APIError(
        .forbidden, "NotAuthorized", "User has insufficient permissions.", help: apiHelp + "#security-considerations")

    /// The client says who it is in no form that is understood.
    static let invalidAuthorization = APIError(
        .badRequest, "InvalidAuthorizationHeader",
        "The header Authorization must be given once, as 'Bearer', a space and a token.",
        help: apiHelp + "#security-considerations")

    /// An error of any kind as clients see it. What must not be answered by success and can be tried again is 503.
    init(wording error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as ConversationError where error.code == .noModel: self = .noModel
        case let error as ConversationError where error.code == .unknownIntent || error.code == .unknownAction:
            self = APIError(.notFound, "NotFound", error.message)
        case let error as ConversationError where error.code == .noPolicies: self = .noPolicies
        case let error as ConversationError where error.code == .tooLarge:
            self = APIError(.contentTooLarge, "ContentTooLarge", error.message)
        case let error as OffloadError:
            self = .unavailable(
                error.code == .busy ? "Overloaded" : "TooLong",
                "The request was not carried out, and nothing of it is stored: \(error).", retryAfter: 1)
        case let error as ConversationError where error.code == .noRoomForEvents:
            self = .unavailable(
                "EventBrokerUnavailable", "Events cannot be kept for the event broker; the server's log says why.",
                retryAfter: 1)
        case let error as ConversationError where error.code == .notUnderstood:
            self = APIError(
                .internalServerError, "ParsingError", "An unexpected error occurred. Error: \(error.message)")
        case is ConversationError:
            self = APIError(
                .internalServerError, "ConversationError",
                "The message could not be handled, and nothing of it is stored; the server's log says why.")
        case let error as LeaseError where error.code == .tooManyWaiting:
            self = .unavailable(
                "TooManyWaiting", "Too many messages wait for this conversation; nothing of this one is stored.",
                retryAfter: 1)
        case is LeaseError:
            self = .unavailable(
                "LockStoreUnavailable", "The lock store failed; nothing of the message is stored.", retryAfter: 1)
        case let error as StoreError where error.code == .unreadable:
            self = APIError(
                .internalServerError, "ConversationError",
                "The stored conversation cannot be read; the server's log says why.")
        case let error as StoreError where error.code == .unknown:
            // No 503: proxies send those again.
            self = APIError(
                .gatewayTimeout, "TrackerStoreUnavailable",
                "The tracker store failed while the message was written: it may be stored. Look at the conversation before "
                    + "it is sent again.")
        case let error as StoreError where error.code == .refused:
            self = APIError(.badRequest, "BadRequest", "The message cannot be stored: \(error.message).")
        case is StoreError:
            self = .unavailable(
                "TrackerStoreUnavailable", "The tracker store failed; nothing of the message is stored.",
                retryAfter: 1)
        case is CancellationError:
            self = .unavailable("ResponseTimeout", "The response took too long and was abandoned.", retryAfter: 1)
        default: self = .unexpected
        }
    }
}
