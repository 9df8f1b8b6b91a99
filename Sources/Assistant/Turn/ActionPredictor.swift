import Dialogue
import Policies

protocol ActionPredictor: Sendable {
    /// The action that the policies agree on.
    ///
    /// - Parameter memory: What ``newMemory()`` gave for this conversation.
    /// - Throws: Where a policy cannot make sense of the conversation; the turn fails.
    func choose(_ tracker: Tracker, _ memory: PolicyCache?) throws -> ActionChoice

    /// What the policies say of every action.
    func predict(_ tracker: Tracker, _ memory: PolicyCache?) throws -> Prediction

    /// What is kept of one conversation between two choices; nil where nothing is.
    func newMemory() -> PolicyCache?

    /// Whether a choice may take longer than others should wait.
    func isLong(_ tracker: Tracker, _ memory: PolicyCache?) -> Bool
}

extension ActionPredictor {
    func newMemory() -> PolicyCache? { nil }

    func isLong(_ tracker: Tracker, _ memory: PolicyCache?) -> Bool { false }
}
