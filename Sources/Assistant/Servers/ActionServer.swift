package import Dialogue
package import JSON

/// Runs the actions of the assistant's author, in a program of its own.
package protocol ActionServer: Sendable {
    /// Runs an action and waits for what it did.
    ///
    /// - Throws: ``ActionError``; with `.rejected` the action declined to run and the policies choose another.
    func run(_ call: ActionCall) async throws(ActionError) -> ActionServerReply
}

/// What an action server gets to know.
package struct ActionCall: Sendable {
    /// The action's name.
    package let action: String
    /// The conversation so far.
    package let tracker: Tracker
    /// The assistant's domain.
    package let domain: DomainDocument

    /// A call.
    package init(action: String, tracker: Tracker, domain: DomainDocument) {
        self.action = action
        self.tracker = tracker
        self.domain = domain
    }
}

/// What an action on a server did.
package struct ActionServerReply: Sendable, Hashable {
    /// What happened, in order.
    package var events: [Event]
    /// What is to be said before that: each an object with a response's name (`response`), parts of a message, or both.
    package var responses: [JSON]

    /// A reply.
    package init(events: [Event] = [], responses: [JSON] = []) {
        self.events = events
        self.responses = responses
    }
}
