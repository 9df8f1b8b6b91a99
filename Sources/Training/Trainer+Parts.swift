import Dialogue
import Glibc
import JSON
import OrderedCollections
import Settings
import System
import Understanding

/// What one training comes to.
struct Plan {
    let type: TrainingType
    /// Nil where understanding is not trained.
    let pipeline: [PipelineStep]?
    /// Nil where policies are not trained.
    let policies: [PipelineStep]?
    let data: UnderstandingData
    let steps: [StoryStep]
    let domain: Domain

    init(
        _ configuration: Configuration, _ type: TrainingType, _ data: UnderstandingData, _ steps: [StoryStep],
        _ domain: Domain
    ) throws(TrainingError) {
        self.type = type
        self.data = data
        self.steps = steps
        self.domain = domain
        // A list that is there but empty is left out, one that is missing stands for Rasa's own choice.
        if type != .policies, configuration.pipeline == nil { throw Plan.missing("pipeline", "DIETClassifier") }
        if type != .understanding, configuration.policies == nil { throw Plan.missing("policies", "TEDPolicy") }
        let pipeline = type == .policies ? [] : configuration.pipeline ?? []
        let policies = type == .understanding ? [] : configuration.policies ?? []
        self.pipeline = pipeline.isEmpty ? nil : pipeline
        self.policies = policies.isEmpty ? nil : policies
        guard !pipeline.isEmpty || type != .understanding else {
            throw TrainingError(.badConfiguration, "'pipeline' is empty; understanding needs one")
        }
        guard !policies.isEmpty || type != .policies else {
            throw TrainingError(.badConfiguration, "'policies' is empty; there is nothing to train")
        }
        if self.policies != nil, !domain.forms.isEmpty, !policies.contains(where: { $0.component == "RulePolicy" }) {
            throw TrainingError(.badDomain, "the domain has forms, which need RulePolicy; add it to 'policies'")
        }
    }

    private static func missing(_ section: String, _ component: String) -> TrainingError {
        TrainingError(
            .notTrainable,
            "the configuration has no '\(section)'; Rasa's usual ones have \(component), which needs the training of a "
                + "neural network (gradient descent), which Parley does not do; name the components yourself")
    }
}

extension Trainer {
    func trainUnderstanding(
        _ plan: Plan, _ domain: JSONObject, _ files: inout [ArchiveFile], _ warnings: inout [TrainingWarning]
    ) throws(TrainingError) {
        guard let pipeline = plan.pipeline else { return }
        let tokenizerStep = pipeline.first { $0.entry.role == .tokenizer }
        let tokenizer = try tokenizerStep.map { (step) throws(TrainingError) in
            try Components.checked { () throws(LoadError) in try TrainingTokenizer(step.config, node: step.name) }
        }
        let material = Components.Material(
            data: plan.data,
            messages: TrainingMessage.all(
                plan.data, plan.steps, responses: domain["responses"]?.object ?? [:]),
            tokenizer: tokenizer)
        let trained = pipeline.filter(\.entry.isTrained)
        for (index, step) in trained.enumerated() {
            report(.component(step.component, step: index + 1, of: trained.count + (plan.policies?.count ?? 0)))
            files += try Components.files(of: step, material, &warnings).placed(in: step.trainNode)
        }
    }

    func trainPolicies(
        _ plan: Plan, _ domainJSON: JSONObject, _ files: inout [ArchiveFile], _ warnings: inout [TrainingWarning]
    ) throws(TrainingError) {
        guard let policies = plan.policies else { return }
        report(.stories)
        let told = try StoryTeller(plan.steps, plan.domain).tell()
        warnings += told.warnings
        let before = plan.pipeline?.count(where: \.entry.isTrained) ?? 0
        for (index, step) in policies.enumerated() {
            report(.component(step.component, step: before + index + 1, of: before + policies.count))
            if step.component == "RulePolicy" {
                var rules = try RuleTrainer(step.config, plan.domain)
                files += try rules.files(told.trackers).placed(in: step.trainNode)
            } else {
                files += try MemoryTrainer.files(step.config, told.trackers).placed(in: step.trainNode)
            }
        }
        files.append(ArchiveFile("components/domain_provider/domain.yml", bytes: YAMLText.encode(domainJSON)))
    }

    func write(
        _ plan: Plan, _ configuration: Configuration, _ domain: JSONObject, _ components: [ArchiveFile],
        _ warnings: [TrainingWarning]
    ) throws(TrainingError) -> TrainedModel {
        report(.writing)
        let graph = GraphWriter(
            language: configuration.language, pipeline: plan.pipeline, policies: plan.policies,
            augmentation: request.augmentation)
        let metadata: JSON = [
            "trained_at": .string(ModelName.now()), "model_id": .string(RandomID.hex()),
            "assistant_id": .text(configuration.assistantID),
            "domain": .object(domain), "rasa_open_source_version": "3.6.21", "train_schema": graph.trainSchema(),
            "predict_schema": graph.predictSchema(), "training_type": .int(plan.type.rawValue),
            "project_fingerprint": .null,
            "core_target": plan.policies == nil ? .null : .string(GraphWriter.policyTarget),
            "nlu_target": .string(GraphWriter.understandingTarget),
            "language": configuration.language, "spaces": configuration.spaces,
        ]
        let name = ModelName.file(fixed: request.fixedName, plan.type)
        let path = Directory.path(name, in: request.output)
        guard request.writes else { return TrainedModel(path: path, warnings: warnings) }
        try ArchiveWriter.makeDirectory(request.output)
        try ArchiveWriter.write(
            components + [ArchiveFile("metadata.json", metadata)], to: path, time: time(nil), check: ServingCheck.check)
        return TrainedModel(path: path, warnings: warnings)
    }
}

extension [ArchiveFile] {
    /// The files in the directory of a component.
    fileprivate func placed(in resource: String) -> [ArchiveFile] {
        map { file in
            var file = file
            file.path = "components/\(resource)/\(file.path)"
            return file
        }
    }
}
