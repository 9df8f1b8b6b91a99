import Dialogue
import HTTPServer
import JSON

extension HTTPRequest {
    func json() throws(APIError) -> JSON { try JSON(body: body, maxValues: maxJSONValues) }

    func object() throws(APIError) -> JSONObject { try JSONObject(body: body, maxValues: maxJSONValues) }

    /// The events in the body.
    ///
    /// - Parameter isListNeeded: Whether an event by itself is refused.
    func events(isListNeeded: Bool) throws(APIError) -> [Event] {
        let body = try json()
        guard let list = body.array ?? (isListNeeded ? nil : [body]) else {
            throw .badRequest("The request body must be a list of events.", help: APIError.eventsHelp)
        }
        guard list.count <= maxEvents else {
            throw APIError(
                .contentTooLarge, "ContentTooLarge",
                "The request body has \(list.count) events; \(maxEvents) are allowed.")
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
            throw .invalid("events format", error)
        }
    }

    /// Events that one request may bring: each takes as much memory as twenty values, whatever is in it.
    private var maxEvents: Int { min(200_000, maxJSONValues / 20) }

    /// Holds entities that came beside an intent to the rules for those of events.
    func check(entities: JSON?) throws(APIError) {
        do throws(EventError) {
            try EventRules.check(entities: entities)
        } catch {
            throw .invalid("entities", error)
        }
    }
}

extension APIError {
    /// Where Rasa's documentation tells of events.
    fileprivate static let eventsHelp = "https://rasa.com/docs/rasa/pages/http-api"

    /// Nothing is stored of the conversation that the path names.
    static let unknownConversation = APIError(.notFound, "Not found", "Conversation ID not found.")

    /// Events or entities are not what they must be, or too many.
    fileprivate static func invalid(_ what: String, _ error: EventError) -> APIError {
        let message = "Failed to validate the \(what): \(error)"
        guard error.code == .tooMany else { return badRequest(message, help: eventsHelp) }
        return APIError(.contentTooLarge, "ContentTooLarge", message, help: eventsHelp)
    }

    fileprivate static func badRequest(_ message: String, help: String) -> APIError {
        APIError(.badRequest, "BadRequest", message, help: help)
    }
}
