import Assistant
import Channels
import Dialogue
import Encodings
import ExactText
import HTTPServer
import JSON
import NIOCore
import PythonSemantics

/// The routes that show conversations and change them. Their ids are taken as they stand in the path.
struct ConversationRoutes: Sendable {
    let service: any ConversationService
    let access: Access
    let outputs: OutputChannels

    var all: [Route] {
        let path = "/conversations/{conversation_id}"
        return [
            access.route(.get, "\(path)/tracker", task: { try await tracker($0) }),
            // Rasa says 404 to other methods here.
            access.route(
                .post, "\(path)/tracker/events", otherMethods: .notFound, maxBodyBytes: nil,
                task: { try await append($0) }),
            access.route(
                .put, "\(path)/tracker/events", otherMethods: .notFound, maxBodyBytes: nil,
                task: { try await replace($0) }),
            access.route(.get, "\(path)/story", task: { try await story($0) }),
            access.route(.post, "\(path)/execute", task: { try await execute($0) }),
            access.route(.post, "\(path)/trigger_intent", task: { try await trigger($0) }),
            access.route(.post, "\(path)/predict", task: { try await predict($0) }),
            access.route(.post, "\(path)/messages", task: { try await log($0) }),
        ]
    }

    private func tracker(_ routed: RoutedRequest) async throws -> HTTPResponse {
        let verbosity = try EventVerbosity(query: routed.request.query, default: .afterRestart)
        let tracker = try await service.tracker(of: routed.conversation)
        let time = routed.request.query.number("until")
        return await service.response(to: tracker) { tracker in
            let shown = time.map { tracker.travelBack(to: $0) } ?? tracker
            return .json(shown.currentState(verbosity: verbosity).encoded())
        }
    }

    private func append(_ routed: RoutedRequest) async throws -> HTTPResponse {
        let query = routed.request.query
        let takesEffect = query.first("execute_side_effects")?.lowercased() == "true"
        let events = try await service.events(in: routed.request, isListNeeded: false, takesEffect: takesEffect)
        let verbosity = try EventVerbosity(query: query, default: .afterRestart)
        guard !events.isEmpty else {
            throw APIError.badRequest(
                "Couldn't extract a proper event from the request body.", details: ["parameter": "", "in": "body"])
        }
        let route: ReplyRoute = { outputs.output(query, $0, collecting: CollectingOutputChannel()) }
        let tracker = try await service.append(
            events, to: routed.conversation, replies: takesEffect ? route : nil)
        return await service.response(showing: tracker, verbosity)
    }

    private func replace(_ routed: RoutedRequest) async throws -> HTTPResponse {
        let events = try await service.events(in: routed.request, isListNeeded: true)
        let verbosity = try EventVerbosity(query: routed.request.query, default: .afterRestart)
        let tracker = try await service.replace(routed.conversation, with: events)
        return await service.response(showing: tracker, verbosity)
    }

    private func story(_ routed: RoutedRequest) async throws -> HTTPResponse {
        let tracker = try await stored(routed)
        let query = routed.request.query
        let (time, allSessions) = (query.number("until"), query.first("all_sessions")?.lowercased() == "true")
        return await service.response(to: tracker) { tracker in
            let story = ConversationStory(tracker, until: time, allSessions: allSessions)
            return HTTPResponse(status: .ok, contentType: "text/plain; charset=utf-8", body: .bytes(story.yaml))
        }
    }

    /// The conversation that the path names, which must be stored.
    private func stored(_ routed: RoutedRequest) async throws -> Tracker {
        guard let tracker = try await service.storedTracker(of: routed.conversation) else {
            throw APIError.unknownConversation
        }
        return tracker
    }

    private func execute(_ routed: RoutedRequest) async throws -> HTTPResponse {
        _ = try await stored(routed)
        let body = try await service.object(in: routed.request)
        guard let action = body["name"]?.string, !action.isEmpty else {
            throw APIError.badRequest(
                "Name of the action not provided in request body.", details: ["parameter": "name", "in": "body"])
        }
        let verbosity = try EventVerbosity(query: routed.request.query, default: .afterRestart)
        let policy = body["policy"] ?? .null
        guard policy.isNull || policy.string != nil else { throw APIError.badMember("policy", "a string") }
        let confidence = body["confidence"] ?? .null
        guard confidence.isNull || confidence.double != nil else { throw APIError.badMember("confidence", "a number") }
        let collected = Collected(routed, outputs)
        let tracker = try await service.execute(
            action, policy: policy.string, confidence: max(0, confidence.double ?? 0),
            of: routed.conversation, replies: collected.route)
        return await collected.response(tracker, verbosity, service)
    }

    private func trigger(_ routed: RoutedRequest) async throws -> HTTPResponse {
        let body = try await service.object(in: routed.request)
        guard let name = body["name"], name.isPythonTrue else {
            throw APIError.badRequest(
                "Name of the intent not provided in request body.", details: ["parameter": "name", "in": "body"])
        }
        let verbosity = try EventVerbosity(query: routed.request.query, default: .afterRestart)
        try routed.request.check(entities: body["entities"])
        let collected = Collected(routed, outputs)
        let tracker = try await service.trigger(
            name.pythonText, entities: body["entities"] ?? .null, of: routed.conversation, replies: collected.route)
        return await collected.response(tracker, verbosity, service)
    }

    private func predict(_ routed: RoutedRequest) async throws -> HTTPResponse {
        _ = try await stored(routed)
        guard let next = try await service.predictNext(of: routed.conversation) else {
            throw APIError.noPolicies
        }
        return await service.response(to: next.tracker) { _ in
            .json(next.json(verbosity: .afterRestart, isSorted: true).encoded())
        }
    }

    private func log(_ routed: RoutedRequest) async throws -> HTTPResponse {
        guard routed.request.body.readableBytes > 0 else {
            throw APIError.badRequest(
                "No message defined in request body. Add a message to the request body in order to add it to the "
                    + "tracker.")
        }
        let body = try await service.object(in: routed.request)
        let verbosity = try EventVerbosity(query: routed.request.query, default: .afterRestart)
        guard body["sender"]?.string == "user" else {
            throw APIError.badRequest(
                "Only messages of the sender 'user' can be added.", details: ["parameter": "sender", "in": "body"])
        }
        guard let text = body["text"]?.string else {
            throw APIError.badMember("text", "a string")
        }
        var parsed: JSONObject?
        if let data = body["parse_data"], data.isPythonTrue {
            guard let members = data.object, members["intent"]?.object != nil, members["entities"]?.array != nil else {
                throw APIError.badMember("parse_data", "an object with the object 'intent' and the list 'entities'")
            }
            try routed.request.check(entities: members["entities"])
            parsed = members
        }
        let message = UserMessage(text: text, conversation: routed.conversation)
        let tracker = try await service.log(message, parsed: parsed)
        return await service.response(showing: tracker, verbosity)
    }
}

extension RoutedRequest {
    var conversation: String { String(parameter) }
}

/// The replies that a response shows, unless they went to a channel.
private struct Collected {
    private let output = CollectingOutputChannel()
    private let query: Query
    private let outputs: OutputChannels

    init(_ routed: RoutedRequest, _ outputs: OutputChannels) {
        query = routed.request.query
        self.outputs = outputs
    }

    var route: ReplyRoute {
        { [output, query, outputs] tracker in outputs.output(query, tracker, collecting: output) }
    }

    /// - Parameter tracker: The conversation as the response shows it; it also tells which channel came last.
    func response(
        _ tracker: Tracker, _ verbosity: EventVerbosity, _ service: any ConversationService
    ) async -> HTTPResponse {
        let messages = outputs.isCollecting(query, tracker) ? output.messages : nil
        return await service.response(to: tracker) { tracker in
            var collected: JSONObject = ["tracker": tracker.currentState(verbosity: verbosity)]
            if let messages { collected["messages"] = .array(messages) }
            return .json(JSON.object(collected).encoded())
        }
    }
}

extension NextAction {
    /// The prediction as the API shows it.
    ///
    /// - Parameter isSorted: Whether the most likely action comes first, equals by name; otherwise the domain's order.
    func json(verbosity: EventVerbosity, isSorted: Bool) -> JSON {
        var scores = scores
        if isSorted {
            scores.sort { ($1.probability, $0.action.exact) < ($0.probability, $1.action.exact) }
        }
        return [
            "scores": .array(scores.map { ["action": .string($0.action), "score": .double($0.probability)] }),
            "policy": .text(policy), "confidence": .double(confidence),
            "tracker": tracker.currentState(verbosity: verbosity),
        ]
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
    func number(_ name: String) -> Double? { first(name).flatMap(PythonNumber.float) }
}
