internal import Dialogue
internal import HTTPServer
internal import JSON
internal import NIOCore
internal import OrderedCollections

extension HTTPRequest {
    /// The body as JSON.
    func json() throws(APIError) -> JSON {
        let read = body.withUnsafeReadableBytes { bytes in
            Result { () throws(JSONError) in try JSON(parsing: bytes) }
        }
        do {
            return try read.get()
        } catch {
            throw .badRequest("Failed when parsing body as json: \(error)")
        }
    }

    /// The body as an object.
    func object() throws(APIError) -> JSONObject {
        guard let members = try json().object else { throw .badRequest("The request body must be a JSON object.") }
        return members
    }

    /// The events in the body.
    ///
    /// - Parameter isListNeeded: Whether an event by itself is refused.
    func events(isListNeeded: Bool) throws(APIError) -> [Event] {
        let body = try json()
        guard let list = body.array ?? (isListNeeded ? nil : [body]) else {
            throw .badRequest("The request body must be a list of events.", help: APIError.eventsHelp)
        }
        for (place, event) in list.enumerated() {
            guard event["event"]?.string != nil else {
                throw .badRequest(
                    "Event \(place) in the request body has no kind: it must be an object with \"event\".",
                    help: APIError.eventsHelp)
            }
        }
        do throws(EventError) {
            for event in list { try EventRules.check(event) }
            return try Event.list(from: list)
        } catch {
            throw .badRequest(
                "Failed to validate the events format: \(error)", help: APIError.eventsHelp)
        }
    }
}

extension APIError {
    /// Where Rasa's documentation tells of events.
    fileprivate static let eventsHelp = "https://rasa.com/docs/rasa/pages/http-api"

    /// Nothing is stored of the conversation that the path names.
    static let unknownConversation = APIError(.notFound, "Not found", "Conversation ID not found.")

    fileprivate static func badRequest(_ message: String, help: String) -> APIError {
        APIError(.badRequest, "BadRequest", message, help: help)
    }
}
