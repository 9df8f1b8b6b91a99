import Dialogue
import ExactText
import JSON
import System

/// Writes the graphs of a model: how it was trained and how it predicts.
struct GraphWriter {
    let language: JSON
    /// Nil where understanding is not trained.
    let pipeline: [PipelineStep]?
    /// Nil where no policies are trained.
    let policies: [PipelineStep]?
    let augmentation: Int
    /// Whether stories have texts, of which policies with networks learn too.
    let isEndToEnd: Bool
    /// Whether the examples are put into the model too.
    let keepsExamples: Bool
    /// What tells the files of a component from those of other trainings, by its directory.
    var digests: [ExactString: String] = [:]

    private static let importer = "finetuning_validator"
    private static let components = "rasa.graph_components"

    private func node(
        _ needs: JSONObject, _ uses: String, _ function: String, constructor: String = "create",
        config: JSONObject = [:], isEager: Bool = false, isTarget: Bool = false, isInput: Bool = false,
        resource: String? = nil
    ) -> JSON {
        var resourceJSON = JSON.null
        if let resource {
            resourceJSON = ["name": .string(resource), "output_fingerprint": .string(digests[resource] ?? "")]
        }
        return [
            "needs": .object(needs), "uses": .string(uses), "constructor_name": .string(constructor),
            "fn": .string(function), "config": .object(config), "eager": .bool(isEager),
            "is_target": .bool(isTarget), "is_input": .bool(isInput), "resource": resourceJSON,
        ]
    }

    /// The graph that training went through.
    func trainSchema() -> JSON {
        let parts = Self.components
        var nodes: JSONObject = [:]
        nodes["schema_validator"] = node(
            ["importer": "__importer__"],
            "\(parts).validators.default_recipe_validator.DefaultV1RecipeValidator", "validate", isInput: true)
        nodes["finetuning_validator"] = node(
            ["importer": "schema_validator"], "\(parts).validators.finetuning_validator.FinetuningValidator",
            "validate", config: ["validate_core": .bool(policies != nil), "validate_nlu": .bool(pipeline != nil)],
            isInput: true)
        if let pipeline { addUnderstanding(pipeline, &nodes) }
        if let policies { addPolicies(policies, &nodes) }
        return ["nodes": .object(nodes)]
    }

    private func addUnderstanding(_ pipeline: [PipelineStep], _ nodes: inout JSONObject) {
        var last = "nlu_training_data_provider"
        nodes[last] = node(
            ["importer": .string(Self.importer)],
            "\(Self.components).providers.nlu_training_data_provider.NLUTrainingDataProvider", "provide",
            config: ["language": language, "persist": .bool(keepsExamples)], isTarget: keepsExamples, isInput: true)
        for step in pipeline {
            let isFeaturizing = step.entry.role == .tokenizer || step.entry.role == .featurizer
            if step.entry.isTrained {
                nodes[step.trainNode] = node(
                    ["training_data": .string(last)], step.uses, "train", config: step.config, isTarget: true)
            }
            guard isFeaturizing else { continue }
            var needs: JSONObject = [:]
            if step.entry.isTrained { needs["resource"] = .string(step.trainNode) }
            needs["training_data"] = .string(last)
            nodes[step.runNode] = node(
                needs, step.uses, "process_training_data", constructor: "load", config: step.config)
            last = step.runNode
        }
    }

    private func addPolicies(_ policies: [PipelineStep], _ nodes: inout JSONObject) {
        func provider(_ name: String, _ needs: JSONObject, config: JSONObject = [:], isTarget: Bool = false) {
            let function = name == "domain_provider" ? "provide_train" : "provide"
            let type = name.exact.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            nodes[name] = node(
                needs, "\(Self.components).providers.\(name).\(type)", function, config: config, isTarget: isTarget,
                isInput: name != "training_tracker_provider")
        }
        let domain: JSONObject = ["domain": "domain_provider"]
        provider("domain_provider", ["importer": .string(Self.importer)], isTarget: true)
        for name in ["domain_for_core_training_provider", "forms_provider", "responses_provider"] {
            provider(name, domain)
        }
        provider(
            "story_graph_provider", ["importer": .string(Self.importer)], config: ["exclusion_percentage": .null])
        provider(
            "training_tracker_provider",
            ["story_graph": "story_graph_provider", "domain": "domain_for_core_training_provider"],
            config: ["debug_plots": false, "augmentation_factor": .int(augmentation)])
        for step in policies {
            var needs: JSONObject = [
                "training_trackers": "training_tracker_provider", "domain": "domain_for_core_training_provider",
            ]
            if looksAtTexts(step) { needs["precomputations"] = .string(Self.features) }
            nodes[step.trainNode] = node(needs, step.uses, "train", config: step.config, isTarget: true)
        }
        guard policies.contains(where: looksAtTexts) else { return }
        var last = "story_to_nlu_training_data_converter"
        nodes[last] = node(
            ["story_graph": "story_graph_provider", "domain": "domain_for_core_training_provider"],
            "\(Self.precomputation).CoreFeaturizationInputConverter", "convert_for_training", isInput: true)
        for step in featurizing {
            guard case .object(var copy)? = nodes[step.runNode], case .object(var needs)? = copy["needs"] else {
                continue
            }
            needs["training_data"] = .string(last)
            copy["needs"] = .object(needs)
            last = "e2e_\(step.runNode)"
            nodes[last] = .object(copy)
        }
        nodes[Self.features] = node(
            ["messages": .string(last)], "\(Self.precomputation).CoreFeaturizationCollector", "collect")
    }

    private static let precomputation = "rasa.core.featurizers.precomputation"
    private static let features = "end_to_end_features_provider"

    /// Whether a policy gets the features of texts and names.
    private func looksAtTexts(_ step: PipelineStep) -> Bool {
        isEndToEnd && pipeline != nil && DialoguePolicy(rawValue: step.component) != nil
    }

    /// The steps that make features of texts.
    private var featurizing: [PipelineStep] {
        (pipeline ?? []).filter { $0.entry.role == .tokenizer || $0.entry.role == .featurizer }
    }

    func predictSchema() -> JSON {
        var nodes: JSONObject = [:]
        func add(
            _ name: String, _ needs: JSONObject, _ uses: String, _ function: String, config: JSONObject = [:],
            resource: String? = nil
        ) {
            nodes[name] = node(
                needs, uses, function, constructor: "load", config: config, isEager: true, resource: resource)
        }
        var last = "nlu_message_converter"
        add(
            last, ["messages": "__message__"],
            "\(Self.components).converters.nlu_message_converter.NLUMessageConverter", "convert_user_message")
        for step in pipeline ?? [] {
            add(
                step.runNode, ["messages": .string(last)], step.uses, "process", config: step.config,
                resource: step.entry.isTrained ? step.trainNode : nil)
            last = step.runNode
        }
        var needs: JSONObject = ["messages": .string(last)]
        if policies != nil { needs["domain"] = "domain_provider" }
        add(
            Self.understandingTarget, needs, "rasa.nlu.classifiers.regex_message_handler.RegexMessageHandler", "process"
        )
        guard let policies else { return ["nodes": .object(nodes)] }
        add(
            "domain_provider", [:], "\(Self.components).providers.domain_provider.DomainProvider", "provide_inference",
            resource: "domain_provider")
        if policies.contains(where: looksAtTexts) {
            last = "tracker_to_message_converter"
            add(
                last, ["tracker": "__tracker__"], "\(Self.precomputation).CoreFeaturizationInputConverter",
                "convert_for_inference")
            for step in featurizing {
                guard case .object(var copy)? = nodes[step.runNode] else { continue }
                copy["needs"] = ["messages": .string(last)]
                last = "e2e_\(step.runNode)"
                nodes[last] = .object(copy)
            }
            add(
                Self.features, ["messages": .string(last)], "\(Self.precomputation).CoreFeaturizationCollector",
                "collect")
        }
        var asked: JSONObject = [:]
        for (index, step) in policies.enumerated() {
            var needs: JSONObject = [
                "rule_only_data": "rule_only_data_provider", "tracker": "__tracker__", "domain": "domain_provider",
            ]
            if looksAtTexts(step) { needs["precomputations"] = .string(Self.features) }
            add(
                step.runNode, needs, step.uses, "predict_action_probabilities", config: step.config,
                resource: step.trainNode)
            asked["policy\(index)"] = .string(step.runNode)
        }
        add(
            "rule_only_data_provider", [:], "\(Self.components).providers.rule_only_provider.RuleOnlyDataProvider",
            "provide", resource: policies.first { $0.component == "RulePolicy" }?.trainNode)
        asked["domain"] = "domain_provider"
        asked["tracker"] = "__tracker__"
        add(
            Self.policyTarget, asked, "rasa.core.policies.ensemble.DefaultPolicyPredictionEnsemble",
            "combine_predictions_from_kwargs")
        return ["nodes": .object(nodes)]
    }

    static let understandingTarget = "run_RegexMessageHandler"
    static let policyTarget = "select_prediction"
}
