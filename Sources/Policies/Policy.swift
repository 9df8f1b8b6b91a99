import Dialogue
import JSON
import ModelArchive
import PythonSemantics
import Tensors
import TextFeatures

/// One policy of the archive's graph.
protocol Policy: Sendable {
    /// Decides between equal confidences; larger wins. Nil where it cannot be compared with numbers.
    var priority: Double? { get }
    /// Whether it need not be asked once a policy of higher priority is certain: its confidences stay at or below 1,
    /// and it has nothing to say that counts whichever policy wins.
    var yieldsToCertainty: Bool { get }
    var options: ComponentOptions { get }
    /// Whether its work grows with the conversation, however long that is.
    var looksAtAll: Bool { get }
    /// What it wants to happen next in this conversation.
    func predict(_ context: PredictionContext) throws -> Prediction
}

extension Policy {
    var yieldsToCertainty: Bool { true }
    var looksAtAll: Bool { false }
}

/// A conversation at the moment of a prediction; the states are computed once for all policies.
struct PredictionContext {
    let tracker: Tracker
    let domain: Domain
    let history: StateHistory
    let workspace: Workspace

    /// A confidence of 0 for every action.
    var nothing: ActionConfidences { ActionConfidences(count: domain.actionNames.count) }

    /// Whether a new message waits for a response.
    var followsListen: Bool { tracker.latestAction?.name == DefaultAction.listen }

    /// The intent of the last message.
    var intent: String? { tracker.latestMessage.intentName }
}

/// What every policy reads from its node of the graph and its `featurizer.json`.
struct PolicySettings: Sendable {
    let name: String
    let priority: Double?
    /// How many states count; nil for all.
    let maxHistory: Int?
    let isFullDialogue: Bool
    let options: ComponentOptions
    let resource: String
    let featurizer: JSON

    private static let shape = FileShape.members([
        .needed("type", .text), .possible("max_history", .anything),
        .possible("state_featurizer", .members([.needed("feature_states", .map(.map(.whole)))])),
    ])

    init(_ node: GraphNode, _ model: PreparedModel, defaultPriority: Int) throws {
        name = node.component
        options = ComponentOptions(node: node.name, values: node.config)
        resource = node.resource ?? node.name
        priority = options.operand("priority", default: Double(defaultPriority))
        featurizer = try model.json(resource, "featurizer.json", Self.shape) ?? [:]
        isFullDialogue = featurizer["type"]?.string == "FullDialogueTrackerFeaturizer"
        maxHistory = isFullDialogue ? nil : PolicySettings.limit(featurizer["max_history"])
    }

    /// A number of turns as archives give it; nil for all of them, which Rasa writes as `null` or 0.
    static func limit(_ value: JSON?) -> Int? {
        guard let count = value?.pythonInteger, count > 0, count < Int(Int32.max) else { return nil }
        return count
    }

    /// The states that the policy is asked about: without turns hidden by rules, the last of them.
    func states(_ history: StateHistory, byText: Bool = false) -> [DialogueState] {
        history.learned(last: maxHistory).choosingInput(byText: byText)
    }

    func prediction(_ probabilities: ActionConfidences) -> Prediction {
        Prediction(probabilities: probabilities, policyName: name, priority: priority)
    }
}
