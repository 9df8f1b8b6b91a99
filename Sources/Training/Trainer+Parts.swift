import Dialogue
import ExactText
import Glibc
import JSON
import OrderedCollections
import System
import TextFeatures

struct Plan {
    let type: TrainingType
    private(set) var pipeline: [PipelineStep]?
    private(set) var policies: [PipelineStep]?
    let data: UnderstandingData
    let steps: [StoryStep]
    /// How many steps there were before some were left out.
    var written = 0
    let domain: Domain
    /// What people should know of the choice of components.
    let notices: [TrainingWarning]

    /// - Parameter told: The sections whose lack people were told of.
    init(
        _ configuration: Configuration, _ type: TrainingType, _ data: UnderstandingData, _ steps: [StoryStep],
        _ domain: Domain, told: Set<ExactString> = []
    ) throws(TrainingError) {
        self.type = type
        self.data = data
        self.steps = steps
        self.domain = domain
        // A list that is there but empty is left out, one that is missing stands for Rasa's own choice.
        var notices: [TrainingWarning] = []
        var pipeline: [PipelineStep] = []
        if type != .policies {
            pipeline = try Self.steps(
                "pipeline", configuration.pipeline, DefaultConfiguration.pipeline, configuration, told, &notices)
        }
        var policies: [PipelineStep] = []
        if type != .understanding {
            policies = try Self.steps(
                "policies", configuration.policies, DefaultConfiguration.policies, configuration, told, &notices)
        }
        self.notices = notices + (pipeline + policies).flatMap(\.doubts)
        self.pipeline = pipeline.isEmpty ? nil : pipeline
        self.policies = policies.isEmpty ? nil : policies
        guard !pipeline.isEmpty || !policies.isEmpty || [.understanding, .policies].contains(type) else {
            throw TrainingError(
                .badConfiguration, at: configuration.place,
                "'pipeline' and 'policies' are empty; there is nothing to train")
        }
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

    /// Has networks learn for a share of their epochs.
    mutating func takeEpochs(times share: Double) {
        pipeline = pipeline?.map { $0.withEpochs(times: share) }
        policies = policies?.map { $0.withEpochs(times: share) }
    }

    /// Has no network write event files, wherever the configuration wants them.
    ///
    /// - Returns: What people should know of it.
    mutating func removeLogs() -> [TrainingWarning] {
        var warnings: [TrainingWarning] = []
        func removed(_ steps: [PipelineStep]?) -> [PipelineStep]? {
            steps?.map { step in
                let (silent, warning) = step.withoutLog
                if let warning { warnings.append(warning) }
                return silent
            }
        }
        pipeline = removed(pipeline)
        policies = removed(policies)
        return warnings
    }

    /// What is written in a section, or what Rasa takes where it is not written.
    private static func steps(
        _ title: String, _ written: [PipelineStep]?, _ entries: String, _ configuration: Configuration,
        _ told: Set<ExactString>, _ notices: inout [TrainingWarning]
    ) throws(TrainingError) -> [PipelineStep] {
        if let written { return written }
        let steps = try DefaultConfiguration.steps(entries, title)
        if !told.contains(title.exact) { notices.append(DefaultConfiguration.notice(title, steps, configuration)) }
        return steps
    }
}

extension Trainer {
    /// Trains the pipeline, all but its networks, which are prepared only.
    ///
    /// - Returns: What makes features of texts, where policies learn from texts too.
    @discardableResult
    func trainUnderstanding(
        _ plan: Plan, _ domain: JSONObject, _ earlier: EarlierModel?, _ files: inout [ArchiveFile],
        _ jobs: inout [NetworkJob], _ warnings: inout [TrainingWarning]
    ) throws(TrainingError) -> TextFeaturizer? {
        guard let pipeline = plan.pipeline else { return nil }
        let tokenizerStep = pipeline.first { $0.entry.role == .tokenizer }
        let tokenizer = try tokenizerStep.map { (step) throws(TrainingError) in
            try Components.checked { () throws(LoadError) in try TrainingTokenizer(step.config, node: step.name) }
        }
        let responses = domain["responses"]?.object ?? [:]
        let material = Components.Material(
            data: plan.data, messages: TrainingMessage.all(plan.data, plan.steps, responses: responses),
            tokenizer: tokenizer, earlier: earlier)
        var trainer = PipelineTrainer(material, responses: responses)
        let count = pipeline.count(where: \.entry.isTrained) + (plan.policies?.count ?? 0)
        var number = 0
        for step in pipeline {
            warnings += step.unknownOptions
            if step.entry.isTrained {
                number += 1
                report(.component(step.component, step: number, of: count))
            }
            do throws(TrainingError) {
                files += try trainer.train(step).placed(in: step.trainNode)
            } catch {
                throw error.at(step)
            }
        }
        if request.keepsExamples {
            files.append(ArchiveFile("components/nlu_training_data_provider/training_data.yml", bytes: plan.data.yaml))
        }
        warnings += trainer.warnings
        jobs += trainer.jobs.map(\.job)
        return plan.type == .endToEnd ? try trainer.texts() : nil
    }

    /// Trains the policies, all but their networks, which are prepared only.
    ///
    /// - Parameter texts: What makes features of texts, where stories have some.
    func trainPolicies(
        _ plan: Plan, _ domainJSON: JSONObject, _ texts: TextFeaturizer?, _ earlier: EarlierModel?,
        _ files: inout [ArchiveFile], _ jobs: inout [NetworkJob], _ warnings: inout [TrainingWarning]
    ) throws(TrainingError) {
        guard let policies = plan.policies else { return }
        report(.stories)
        let hasNetworks = policies.contains { DialoguePolicy(rawValue: $0.component) != nil }
        let told = try StoryTeller(plan.steps, plan.domain).tell(augmentation: hasNetworks ? request.augmentation : 0)
        warnings += told.warnings
        let before = plan.pipeline?.count(where: \.entry.isTrained) ?? 0
        for (index, step) in policies.enumerated() {
            report(.component(step.component, step: before + index + 1, of: before + policies.count))
            do throws(TrainingError) {
                if let policy = DialoguePolicy(rawValue: step.component) {
                    guard var job = try prepare(step, policy, told, plan.domain, texts, &warnings) else { continue }
                    job.earlier = try earlier?.network(step, stem: policy.stem)
                    jobs.append(job.job)
                } else if step.component == "RulePolicy" {
                    var rules = try RuleTrainer(step.config, plan.domain)
                    files += try rules.files(told.trackers).placed(in: step.trainNode)
                } else {
                    files += try MemoryTrainer.files(step.config, told.trackers).placed(in: step.trainNode)
                }
            } catch {
                throw error.at(step)
            }
        }
        files.append(ArchiveFile("components/domain_provider/domain.yml", bytes: YAMLText.encode(domainJSON)))
    }

    /// A policy with a network, ready to learn; nil where there is nothing to learn from.
    private func prepare(
        _ step: PipelineStep, _ policy: DialoguePolicy, _ told: StoryTeller.Conversations, _ domain: Domain,
        _ texts: TextFeaturizer?, _ warnings: inout [TrainingWarning]
    ) throws(TrainingError) -> DialoguePolicyJob? {
        let options = try DialoguePolicyOptions(step, policy)
        warnings += options.warnings
        let prepared = try PreparedDialogues(options, told.trackers + told.augmented, domain, texts: texts)
        guard let prepared else {
            warnings.append(
                TrainingWarning(
                    at: step.place,
                    "\(step.component) is not trained: there are no stories for it to learn from; add some, or remove it "
                        + "from 'policies'"))
            return nil
        }
        return DialoguePolicyJob(step: step, prepared: prepared)
    }

    /// The version that archives are written as.
    private static let rasaVersion: JSON = "3.6.21"

    func write(
        _ plan: Plan, _ configuration: Configuration, _ domain: JSONObject, _ components: [ArchiveFile],
        _ warnings: [TrainingWarning], _ scratch: TrainingScratch?
    ) throws(TrainingError) -> TrainedModel {
        report(.writing)
        let graph = GraphWriter(
            language: configuration.language, pipeline: plan.pipeline, policies: plan.policies,
            augmentation: request.augmentation, isEndToEnd: plan.type == .endToEnd,
            keepsExamples: request.keepsExamples, digests: try components.digests)
        let schema = graph.trainSchema()
        let metadata: JSON = [
            "trained_at": .string(ModelName.now()), "model_id": .string(RandomID.hex()),
            "assistant_id": .text(configuration.assistantID),
            "domain": .object(domain), "rasa_open_source_version": Self.rasaVersion, "train_schema": schema,
            "predict_schema": graph.predictSchema(), "training_type": .int(plan.type.rawValue),
            "project_fingerprint": .null,
            "core_target": plan.policies == nil ? .null : .string(GraphWriter.policyTarget),
            "nlu_target": .string(GraphWriter.understandingTarget),
            "language": configuration.language, "spaces": configuration.spaces,
        ]
        let name = ModelName.file(fixed: request.fixedName, plan.type)
        let path = Directory.path(name, in: request.output)
        guard let scratch else { return TrainedModel(path: path, warnings: warnings) }
        // Stories teach understanding nothing where it is trained alone.
        let fingerprints = ValidationFingerprints.file(
            version: Self.rasaVersion, schema: schema, plan, domain,
            storiesTeach: request.part == .everything)
        try ArchiveWriter.write(
            components + [fingerprints, ArchiveFile("metadata.json", metadata)], to: path, scratch: scratch.path,
            time: time(nil), check: ServingCheck.check)
        return TrainedModel(path: path, warnings: warnings)
    }
}

extension [ArchiveFile] {
    /// The files in the directory of a component.
    func placed(in resource: String) -> [ArchiveFile] {
        map { file in
            var file = file
            file.path = "components/\(resource)/\(file.path)"
            return file
        }
    }
}
