public import Assistant
public import Dialogue
public import JSON

/// What channels and the HTTP API need of an assistant and its conversations.
public protocol ConversationService: Sendable {
    /// The model that answers now; nil where none is loaded.
    var modelInUse: ModelInUse? { get }

    /// What the model makes of a text, in the form of `POST /model/parse`.
    func parse(_ text: String) async throws -> JSON

    /// A conversation with all its sessions; one without events begins a session, which is stored.
    func tracker(of conversation: String) async throws -> Tracker

    /// Answers a message; the sink gets the replies as they are made. Returns when the turn is stored.
    func handle(_ message: UserMessage, reply sink: some ReplySink) async throws

    /// Answers a message and returns the replies, once the turn is stored.
    func handle(_ message: UserMessage, channelName: String) async throws -> [BotReply]
}

/// What `GET /status` says of a model.
public struct ModelInUse: Sendable, Hashable {
    /// The name of the archive, without its folder.
    public let file: String
    /// The model's `model_id`.
    public let id: String

    /// A model by archive and id.
    public init(file: String, id: String) {
        self.file = file
        self.id = id
    }
}

extension Conversations: ConversationService {
    /// The model that answers now; nil where none is loaded.
    public var modelInUse: ModelInUse? {
        assistant.current.map { ModelInUse(file: $0.archiveName, id: $0.modelID) }
    }
}
