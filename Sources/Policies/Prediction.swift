public import Dialogue
public import JSON

/// What one policy, or all together, want to happen next (Rasa's `PolicyPrediction`).
public struct Prediction: Sendable {
    /// A confidence for every action of the domain, in the order of ``Domain/actionNames``.
    public var probabilities: ActionConfidences
    /// The class name of the policy, as it stands in events; `followup_action` where an event ordered the action.
    public let policyName: String?
    /// Decides between equal confidences; larger wins.
    public let priority: Int
    /// Events that are applied whichever policy wins.
    public var events: [Event.Body] = []
    /// Events that are applied only if this policy wins.
    public var optionalEvents: [Event.Body] = []
    /// Whether the text of the message was used instead of its intent.
    public var isEndToEnd = false
    /// Whether the message was not looked at; such predictions compete only with their like.
    public var isNoUserPrediction = false
    /// Whether policies that learn from stories must not see the turn.
    public var hidesRuleTurn = false
    /// What the policy says about its prediction, for the event's metadata.
    public var actionMetadata: JSON?

    /// A prediction of a policy.
    public init(probabilities: ActionConfidences, policyName: String?, priority: Int = 1) {
        self.probabilities = probabilities
        self.policyName = policyName
        self.priority = priority
    }

    /// The largest probability; 0 without any.
    public var confidence: Double { probabilities.best?.value ?? 0 }

    /// The first action with the largest probability; nil without any action.
    public var actionIndex: Int? { probabilities.best?.place }
}
