import ExactText
import JSON
import Networks
import PythonSemantics

/// What a configuration says of a policy with a network, checked.
struct DialoguePolicyOptions: Sendable {
    let policy: DialoguePolicy
    let network: DialogueOptions
    let featurizer: TrackerFeaturizer
    let priority: JSON
    /// Whether entities of texts are to be learned too.
    let learnsEntities: Bool
    let usesBILOU: Bool
    /// What TensorBoard is to show.
    let tensorBoard: TensorBoardOptions?
    private(set) var warnings: [TrainingWarning]
    let options: OptionReader

    /// All options as the archive keeps them: over the defaults, and with what follows from one another.
    var meta: JSONObject { options.values }

    init(_ step: PipelineStep, _ policy: DialoguePolicy) throws(TrainingError) {
        self.policy = policy
        var options = try OptionReader(step, defaults: policy.defaults)
        warnings = step.unknownOptions
        if policy == .unexpected { Self.fix(&options) }
        featurizer = try TrackerFeaturizer(options, policy)
        let loss = try options.choice("loss_type", ["cross_entropy", "margin"])
        if loss == "margin" { options.set("model_confidence", to: "auto") }
        try Self.checkPrediction(options, policy)
        var network = DialogueOptions()
        network.aim = policy == .ted ? .one : .several
        network.learning = try LearningOptions(options)
        network.similarity = try Self.similarity(&options, policy)
        if policy == .ted, loss == "cross_entropy", !network.similarity.isConstrained {
            warnings.append(
                TrainingWarning(
                    at: step.place,
                    "\(step.component): 'constrain_similarities' is false; true is better with 'cross_entropy'"))
        }
        try Self.readLayers(options, policy, &network)
        network.readsBackwards = featurizer.kind != .fullDialogue
        (learnsEntities, usesBILOU) = (options.flag("entity_recognition"), options.flag("BILOU_flag"))
        tensorBoard = try TensorBoardOptions(options)
        priority = options["priority"]
        guard priority.pythonNumber != nil else { throw options.wrong("priority", "a number") }
        warnings += network.learning.warnings(options)
        Self.settle(&options, network.learning)
        self.network = network
        self.options = options
    }

    /// What this policy has no choice in, whatever is written.
    private static func fix(_ options: inout OptionReader) {
        options.set("entity_recognition", to: false)
        options.set("BILOU_flag", to: false)
        options.set("similarity_type", to: "inner")
        options.set("loss_type", to: "cross_entropy")
    }

    /// What counts at prediction only, so that no model is trained that could not be used.
    private static func checkPrediction(
        _ options: OptionReader, _ policy: DialoguePolicy
    ) throws(TrainingError) {
        guard options["ranking_length"].pythonInteger != nil else {
            throw options.wrong("ranking_length", "a whole number, or 0 for all")
        }
        guard !options.flag("featurizers") else {
            throw options.wrong("featurizers", "left out: of states and labels no features would be left to learn from")
        }
        switch options["split_entities_by_comma"] {
        case .bool, .object: break
        default: throw options.wrong("split_entities_by_comma", "true, false or a truth value per entity")
        }
        switch policy {
        case .ted:
            guard options["e2e_confidence_threshold"].pythonNumber != nil else {
                throw options.wrong("e2e_confidence_threshold", "a number from 0 to 1")
            }
        case .unexpected:
            _ = try options.number("tolerance", in: 0...1, "a number from 0 to 1")
            guard options["ignore_intents_list"].array != nil else {
                throw options.wrong("ignore_intents_list", "a list of intents")
            }
        }
    }

    /// Notes what follows from other options, as Rasa does.
    private static func settle(_ options: inout OptionReader, _ learning: LearningOptions) {
        if options["evaluate_every_number_of_epochs"].pythonInteger == -1 {
            options.set("evaluate_every_number_of_epochs", to: .int(learning.epochs))
        }
        if learning.heldBack == 0, options.flag("checkpoint_model") { options.set("checkpoint_model", to: false) }
        if case .object(var members) = options["split_entities_by_comma"] {
            // Rasa notes the default among the entities.
            members["split_entities_by_comma"] = true
            options.set("split_entities_by_comma", to: .object(members))
        }
    }

    private static func similarity(
        _ options: inout OptionReader, _ policy: DialoguePolicy
    ) throws(TrainingError) -> SimilarityOptions {
        guard policy == .ted else {
            var similarity = SimilarityOptions()
            similarity.dimension = try options.whole("embedding_dimension")
            similarity.negatives = try options.whole("number_of_negative_examples")
            similarity.scalesLoss = options.flag("scale_loss")
            return similarity
        }
        let similarity = try SimilarityOptions(options)
        if options["similarity_type"] == "auto" {
            options.set("similarity_type", to: similarity.isCosine ? "cosine" : "inner")
        }
        return similarity
    }
}
