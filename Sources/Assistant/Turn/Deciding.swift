import Dialogue

/// Chooses the next action.
protocol Deciding: Sendable {
    /// The action that the policies agree on.
    ///
    /// - Throws: Where a policy cannot make sense of the conversation; the turn fails.
    func choose(_ tracker: Tracker) throws -> ActionChoice
}
