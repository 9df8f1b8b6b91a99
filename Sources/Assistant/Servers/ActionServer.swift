package import Dialogue
package import JSON

/// Runs the actions of the assistant's author, in a program of its own.
package protocol ActionServer: Sendable {
    /// Runs an action and waits for what it did.
    ///
    /// - Throws: ``ActionError``; with `.rejected` the action declined to run and the policies choose another.
    func run(_ call: ActionCall) async throws(ActionError) -> ActionServerReply
}

package struct ActionCall: Sendable {
    package let action: String
    package let tracker: Tracker
    package let domain: DomainDocument

    package init(action: String, tracker: Tracker, domain: DomainDocument) {
        self.action = action
        self.tracker = tracker
        self.domain = domain
    }
}

package struct ActionServerReply: Sendable, Hashable {
    package var events: [Event]
    /// What is to be said before that: each an object with a response's name (`response`), parts of a message, or both.
    package var responses: [JSON]

    package init(events: [Event] = [], responses: [JSON] = []) {
        self.events = events
        self.responses = responses
    }
}
