package import Dialogue
package import JSON

/// What one policy, or all together, want to happen next (Rasa's `PolicyPrediction`).
package struct Prediction: Sendable {
    /// A confidence for every action of the domain, in the order of ``Domain/actionNames``.
    package var probabilities: ActionConfidences
    /// The class name of the policy, as it stands in events; `followup_action` where an event ordered the action.
    package let policyName: String?
    /// Decides between equal confidences; larger wins. Nil where it cannot be compared with numbers.
    package let priority: Double?
    /// Events that are applied whichever policy wins.
    package var events: [Event.Body] = []
    /// Events that are applied only if this policy wins.
    package var optionalEvents: [Event.Body] = []
    /// Whether the text of the message was used instead of its intent.
    package var isEndToEnd = false
    /// Whether the message was not looked at; such predictions compete only with their like.
    package var isNoUserPrediction = false
    /// Whether policies that learn from stories must not see the turn.
    package var hidesRuleTurn = false
    /// What the policy says about its prediction, for the event's metadata.
    package var actionMetadata: JSON?

    package init(probabilities: ActionConfidences, policyName: String?, priority: Double? = 1) {
        self.probabilities = probabilities
        self.policyName = policyName
        self.priority = priority
    }

    /// The largest probability; 0 without any.
    package var confidence: Double { probabilities.best?.value ?? 0 }

    /// The first action with the largest probability; nil without any action.
    package var actionIndex: Int? { probabilities.best?.place }
}
