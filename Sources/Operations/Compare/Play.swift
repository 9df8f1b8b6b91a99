import Encodings
import ExactText
import JSON

/// One request that both servers get.
struct PlannedRequest: Sendable, Hashable {
    /// Stands for the conversation's name, which is another one on each server.
    static let sender = "{sender}"

    let method: String
    /// The path with its query; may have ``sender`` in it.
    let path: String
    /// The body, if there is one; its texts may have ``sender`` in them.
    var body: JSON?
    /// What the request is counted as: method and path without names.
    let route: String
    /// What is asked, for people: as a rule what a user says.
    let says: String
    /// The intent that the data give, if they give one.
    var intent: String?

    /// A message to the REST channel.
    static func message(_ text: String, intent: String? = nil) -> PlannedRequest {
        PlannedRequest(
            method: "POST", path: "/webhooks/rest/webhook",
            body: ["sender": .string(sender), "message": .string(text)], route: "POST /webhooks/rest/webhook",
            says: text, intent: intent)
    }

    /// A text to be understood.
    static func parse(_ text: String, intent: String? = nil) -> PlannedRequest {
        PlannedRequest(
            method: "POST", path: "/model/parse", body: ["text": .string(text)], route: "POST /model/parse", says: text,
            intent: intent)
    }

    /// The domain of the model.
    static let domain = PlannedRequest(method: "GET", path: "/domain", route: "GET /domain", says: "the domain")

    /// Everything that became of a conversation.
    static let tracker = PlannedRequest(
        method: "GET", path: "/conversations/\(sender)/tracker?include_events=ALL",
        route: "GET /conversations/{id}/tracker", says: "the events")

    /// The path for one conversation.
    func path(for conversation: String) -> String {
        path.exact.replacing(Self.sender, with: Percent.encode(conversation))
    }

    /// The body for one conversation.
    func body(for conversation: String) -> JSON? { body?.replacing(Self.sender, with: conversation) }
}

/// Requests that follow each other: a conversation, or a single question.
struct Play: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable, CaseIterable {
        case model = "model"
        case example = "example"
        case story = "story"
        case test = "test"
        case recorded = "recorded requests"
        case conversation = "conversation"
    }

    let kind: Kind
    /// What it is called in its file, and where it is.
    let name: String
    let requests: [PlannedRequest]

    /// Whether a conversation comes of it, so that there are events to compare.
    var isConversation: Bool { requests.contains { $0.path != $0.path(for: "") || $0.body != $0.body(for: "") } }
}

extension JSON {
    /// The value with a text replaced in all of its texts, but for the names of members.
    func replacing(_ text: String, with other: String) -> JSON {
        switch self {
        case .string(let value): .string(value.exact.replacing(text, with: other))
        case .array(let elements): .array(elements.map { $0.replacing(text, with: other) })
        case .object(let members): .object(members.mapValues { $0.replacing(text, with: other) })
        default: self
        }
    }
}
