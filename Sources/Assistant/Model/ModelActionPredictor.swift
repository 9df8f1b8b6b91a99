import Dialogue
import JSON
import Policies

/// The policies of a model, as the turn asks them.
struct ModelActionPredictor: ActionPredictor {
    let ensemble: PolicyEnsemble
    let domain: Domain

    func newMemory() -> PolicyCache? { ensemble.newMemory() }

    func isLong(_ tracker: Tracker, _ memory: PolicyCache?) -> Bool { ensemble.isLong(tracker, memory: memory) }

    func predict(_ tracker: Tracker, _ memory: PolicyCache?) throws -> Prediction {
        try ensemble.predict(tracker, memory: memory ?? ensemble.newMemory())
    }

    func choose(_ tracker: Tracker, _ memory: PolicyCache?) throws -> ActionChoice {
        let prediction = try predict(tracker, memory)
        guard let index = prediction.actionIndex, domain.actionNames.indices.contains(index) else {
            throw TurnError(.noPolicies, "The policies chose no action.")
        }
        return ActionChoice(
            action: domain.actionNames[index], policy: prediction.policyName, confidence: prediction.confidence,
            events: prediction.events.map { Event($0) }, isEndToEnd: prediction.isEndToEnd,
            hideRuleTurn: prediction.hidesRuleTurn, metadata: prediction.actionMetadata?.object ?? [:])
    }
}
