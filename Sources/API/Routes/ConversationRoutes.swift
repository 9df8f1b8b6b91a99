internal import Channels
internal import Dialogue
internal import HTTPServer
internal import JSON
internal import OrderedCollections

/// The routes that show conversations. Their ids are taken as they stand in the path.
struct ConversationRoutes: Sendable {
    let service: any ConversationService
    let access: Access

    var all: [Route] {
        [
            access.route(
                .get, "/conversations/{conversation_id}/tracker",
                task: { routed in try await tracker(String(routed.parameter), routed.request.query) })
        ]
    }

    private func tracker(_ conversation: String, _ query: Query) async throws -> HTTPResponse {
        let verbosity = try EventVerbosity(query: query, default: .afterRestart)
        var tracker = try await service.tracker(of: conversation)
        if let time = query.number("until") { tracker = tracker.travelBack(to: time) }
        return .json(tracker.currentState(verbosity: verbosity).encoded())
    }
}

extension EventVerbosity {
    /// What `include_events` asks for, upper and lower case alike.
    init(query: Query, default verbosity: EventVerbosity) throws(APIError) {
        guard let name = query.first("include_events") else {
            self = verbosity
            return
        }
        guard let verbosity = EventVerbosity(rawValue: name.uppercased()) else {
            let names = EventVerbosity.allCases.map(\.rawValue).joined(separator: ", ")
            throw .badParameter(
                "include_events", "Invalid parameter value for 'include_events'. Should be one of \(names)")
        }
        self = verbosity
    }
}

extension Query {
    /// A value as a number; nil where it is missing or none, as Rasa passes over what it cannot read.
    func number(_ name: String) -> Double? {
        guard let text = first(name), !text.contains("x"), !text.contains("X") else { return nil }
        return Double(text.filter { !$0.isWhitespace })
    }
}
