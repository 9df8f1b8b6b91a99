import Channels
import Dialogue
import HTTPServer
import JSON
import Offloading
import OrderedCollections

/// What is done with requests and conversations that may be long: elsewhere, so that no other client waits for it.
extension ConversationService {
    func object(in request: HTTPRequest) async throws -> JSONObject {
        try await offload.run(if: request.hasLargeBody) { try request.object() }
    }

    /// The events in the body.
    ///
    /// - Parameters:
    ///   - isListNeeded: Whether an event by itself is refused.
    ///   - takesEffect: Whether reminders among them are to be scheduled and taken back.
    func events(
        in request: HTTPRequest, isListNeeded: Bool, takesEffect: Bool = false
    ) async throws -> [Event] {
        try await offload.run(if: request.hasLargeBody) {
            let events = try request.events(isListNeeded: isListNeeded)
            if takesEffect { try events.checkReminders() }
            return events
        }
    }

    /// Responds with what is made of a conversation.
    func response(
        to tracker: Tracker, _ make: @escaping @Sendable (Tracker) -> HTTPResponse
    ) async -> HTTPResponse {
        let isLong = tracker.events.count > ShortRequest.events
        defer { if isLong { offload.release(tracker) } }
        return await offload.finish(if: isLong) { make(tracker) }
    }

    func response(showing tracker: Tracker, _ verbosity: EventVerbosity) async -> HTTPResponse {
        await response(to: tracker) { .json($0.currentState(verbosity: verbosity).encoded()) }
    }
}

/// What is answered at once: it takes some milliseconds.
private enum ShortRequest {
    static let events = 128
}

extension [Event] {
    /// Reminders that one request may schedule or take back: each of them is a step of its own in the lock store.
    private static var maxReminders: Int { 1000 }

    /// - Throws: 413 where there are more reminders among these than one request may bring.
    fileprivate func checkReminders() throws(APIError) {
        let count = count { event in
            switch event.body {
            case .reminder, .cancelReminder: true
            default: false
            }
        }
        guard count > Self.maxReminders else { return }
        throw APIError(
            .contentTooLarge, "ContentTooLarge",
            "A request may schedule or cancel \(Self.maxReminders) reminders at most; there are \(count).")
    }
}
