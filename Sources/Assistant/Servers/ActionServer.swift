public import Dialogue
public import JSON

/// Runs the actions of the assistant's author, in a program of its own.
public protocol ActionServer: Sendable {
    /// Runs an action and waits for what it did.
    ///
    /// - Throws: ``ActionError``; with `.rejected` the action declined to run and the policies choose another.
    func run(_ call: ActionCall) async throws(ActionError) -> ActionServerReply
}

/// What an action server gets to know.
public struct ActionCall: Sendable {
    /// The action's name.
    public let action: String
    /// The conversation so far.
    public let tracker: Tracker
    /// The assistant's domain.
    public let domain: DomainDocument

    /// A call.
    public init(action: String, tracker: Tracker, domain: DomainDocument) {
        self.action = action
        self.tracker = tracker
        self.domain = domain
    }
}

/// What an action on a server did.
public struct ActionServerReply: Sendable, Hashable {
    /// What happened, in order.
    public var events: [Event]
    /// What is to be said before that: each an object with a response's name (`response`), parts of a message, or both.
    public var responses: [JSON]

    /// A reply.
    public init(events: [Event] = [], responses: [JSON] = []) {
        self.events = events
        self.responses = responses
    }
}
