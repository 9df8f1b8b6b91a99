package import Assistant
package import Dialogue
package import JSON
package import Offloading

/// What channels and the HTTP API need of an assistant and its conversations.
package protocol ConversationService: Sendable {
    /// The model in use; nil where none is loaded.
    var modelInUse: ModelInUse? { get }

    /// Takes long computations on requests and conversations.
    var offload: any Offload { get }

    /// What the model makes of a text, in the form of `POST /model/parse`.
    func parse(_ text: String) async throws -> JSON

    /// A conversation with all its sessions; one without events begins a session, which is stored.
    func tracker(of conversation: String) async throws -> Tracker

    /// A conversation with all its sessions as it is stored; nil where nothing is.
    func storedTracker(of conversation: String) async throws -> Tracker?

    /// Runs an action; returns the conversation as it was before.
    func execute(
        _ action: String, policy: String?, confidence: Double, of conversation: String, replies: @escaping ReplyRoute
    ) async throws -> Tracker

    /// Reacts to an intent that did not come as a message.
    func trigger(
        _ intent: String, entities: JSON, of conversation: String, replies: @escaping ReplyRoute
    ) async throws -> Tracker

    /// Adds events, which take effect where `replies` is given.
    func append(_ events: [Event], to conversation: String, replies: ReplyRoute?) async throws -> Tracker

    /// Makes these events the whole conversation.
    func replace(_ conversation: String, with events: [Event]) async throws -> Tracker

    /// Adds a message without answering it.
    func log(_ message: UserMessage, parsed: JSONObject?) async throws -> Tracker

    /// What the policies would do next; nil where the model has none.
    func predictNext(of conversation: String) async throws -> NextAction?

    /// What the policies would do after these events; nil where the model has none.
    func predictNext(after events: [Event]) async throws -> NextAction?

    func domain() throws -> Domain

    /// Handles a message; the sink gets the replies as they are made. Returns when the turn is stored.
    func handle(_ message: UserMessage, reply output: some OutputChannel) async throws

    /// Handles a message and returns the replies, once the turn is stored.
    func handle(_ message: UserMessage, channelName: String) async throws -> [BotMessage]
}

package struct ModelInUse: Sendable, Hashable {
    /// The name of the archive, without its directory.
    package let file: String
    /// The model's `model_id`.
    package let id: String

    package init(file: String, id: String) { (self.file, self.id) = (file, id) }
}

extension Conversations: ConversationService {
    /// The model in use; nil where none is loaded.
    package var modelInUse: ModelInUse? {
        assistant.current.map { ModelInUse(file: $0.archiveName, id: $0.modelID) }
    }
}
