import Dialogue
import JSON

/// Something that the assistant does between two messages of the user.
protocol Action: Sendable {
    /// The name by which policies choose it.
    var name: String { get }

    /// Does it and tells what happened. The events are applied by the caller, who also sends the messages among them.
    ///
    /// - Throws: ``ActionRejection`` to have another action chosen; any other error loses the action's events, and the
    ///   conversation goes on.
    func run(_ context: ActionContext) async throws -> [Event]

    /// The event that says that the action has run.
    func executed(_ choice: ActionChoice) -> ActionExecuted
}

extension Action {
    func executed(_ choice: ActionChoice) -> ActionExecuted {
        ActionExecuted(
            name: name, policy: choice.policy, confidence: choice.confidence, hideRuleTurn: choice.hideRuleTurn)
    }
}

/// Which action comes next, and who chose it.
struct ActionChoice: Sendable {
    /// The action's name, or its text for one of the domain's end-to-end texts.
    var action: String
    /// The policy's name; nil where no policy was asked.
    var policy: String?
    /// How sure the policy is, from 0 to 1.
    var confidence: Double
    /// What the policies add to the conversation before the action.
    var events: [Event] = []
    /// Whether the choice was made from the text of the message.
    var isEndToEnd = false
    /// Whether policies that learn from stories do not see the turn.
    var hideRuleTurn = false
    /// What the policy says about its choice; becomes the metadata of the action's event.
    var metadata: JSONObject = [:]
}
