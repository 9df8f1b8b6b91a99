package import Dialogue
package import JSON
import Logging
import Offloading
package import Policies

/// One loaded model as a whole: it understands, decides and speaks, and keeps nothing between two calls.
package final class Assistant: Sendable {
    /// The model's `model_id`; marks every event of its turns.
    package let modelID: String
    /// The `assistant_id` of the model's configuration.
    package let assistantID: String?
    /// The name of the archive, without its directory.
    package let archiveName: String
    package let directory: String
    package let domain: Domain
    package let options: AssistantOptions

    /// Takes what is long.
    let offload: any Offload
    let logger: Logger
    let document: DomainDocument
    let responses: any ResponseGenerator
    let actions: ActionTable
    let actionServer: (any ActionServer)?
    private let interpreter: any NLUInterpreter
    private let predictor: (any ActionPredictor)?

    init(
        modelID: String, assistantID: String?, archiveName: String, directory: String = "", domain: Domain,
        options: AssistantOptions, logger: Logger, interpreter: any NLUInterpreter, predictor: (any ActionPredictor)?,
        servers: AssistantServers = AssistantServers(), offload: any Offload = InlineOffload()
    ) {
        self.offload = offload
        self.modelID = modelID
        self.assistantID = assistantID
        self.archiveName = archiveName
        self.directory = directory
        self.domain = domain
        self.options = options
        self.logger = logger
        self.interpreter = servers.interpreter ?? interpreter
        self.predictor = predictor
        document = DomainDocument(domain)
        actionServer = servers.actions
        responses = servers.responses ?? TemplateGenerator(responses: domain.responses)
        actions = ActionTable(domain: domain, logger: logger)
    }

    /// Whether the model has policies. One without only understands: messages are kept and not answered.
    package var canDecide: Bool { predictor != nil }

    /// What the model makes of a text, in the form of `POST /model/parse`.
    ///
    /// - Throws: `ModelFailure` where the model cannot handle the message; ``ConversationError`` with `.tooLarge`;
    ///   `OffloadError`.
    package func parse(_ text: String) async throws -> JSON {
        .object(try await parseData(UserMessage.trimmed(text), of: UserMessage.defaultConversation))
    }

    /// An empty conversation with this model's slots; its new events will be marked with the model's ids.
    package func newTracker(conversation: String) -> Tracker {
        tracker(conversation: conversation, events: [])
    }

    /// A conversation as stored, with this model's slots; its new events will be marked with the model's ids.
    package func tracker(conversation: String, events: some Sequence<Event>) -> Tracker {
        var tracker = Tracker(conversation: conversation, slots: domain.slotDefinitions, events: events)
        tracker.modelID = modelID
        tracker.assistantID = assistantID
        return tracker
    }

    /// Runs the turn that a message begins, from the session check to the next time the assistant listens.
    ///
    /// - Parameters:
    ///   - tracker: The conversation; afterwards with the turn's events. After an error it must not be stored.
    ///   - memory: What ``newMemory()`` gave for this conversation, kept from turn to turn; nil begins anew. After an
    ///     error it must be thrown away.
    ///   - reminders: Where reminders wait; nil where none are triggered.
    ///   - output: Gets the replies as they are made.
    /// - Throws: ``TurnError``, or what a policy throws.
    package func handle(
        _ message: UserMessage, tracker: inout Tracker, memory: PolicyCache? = nil, reminders: Reminders? = nil,
        reply output: some OutputChannel
    ) async throws {
        try await turn(output, memory, reminders).handle(message, &tracker)
    }

    /// What the policies remember of one conversation; nil in a model without policies.
    package func newMemory() -> PolicyCache? { predictor?.newMemory() }

    /// Begins a session in a conversation without events.
    ///
    /// - Throws: ``TurnError``.
    package func beginSession(_ tracker: inout Tracker, reply output: some OutputChannel) async throws {
        guard tracker.events.isEmpty else { return }
        try await Turn(assistant: self, output: output, memory: nil).beginSessionIfNeeded(&tracker)
    }

    func parseData(_ text: String, of conversation: String) async throws -> JSONObject {
        let understood = try await interpreter.parse(text, of: conversation)
        // What a text names by itself (`/intent{…}`) is longer many times in the events than in the message.
        let named = text.utf8.first == UInt8(ascii: "/") ? understood["entities"]?.array?.count ?? 0 : 0
        guard named <= UserUttered.maxEntities else {
            throw ConversationError(.tooLarge, "The message names more than \(UserUttered.maxEntities) entities.")
        }
        return understood
    }

    func predict(_ tracker: Tracker, _ memory: PolicyCache?) async throws -> Prediction? {
        guard let predictor else { return nil }
        return try await offload.run(if: predictor.isLong(tracker, memory)) { try predictor.predict(tracker, memory) }
    }

    func choose(_ tracker: Tracker, _ memory: PolicyCache?) async throws -> ActionChoice {
        guard let predictor else { throw TurnError(.noPolicies, "The model has no policies.") }
        return try await offload.run(if: predictor.isLong(tracker, memory)) { try predictor.choose(tracker, memory) }
    }
}
