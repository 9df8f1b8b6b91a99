import Dialogue
import ExactText
import JSON
import PythonSemantics

/// What Rasa holds against a project before it goes on from a model (`rasa train --finetune`): fingerprints of the
/// configuration, of the domain as policies know it, and of the labels of the examples. Without them it refuses.
enum ValidationFingerprints {
    /// The file of the node `finetuning_validator`.
    ///
    /// - Parameters:
    ///   - version: The version of Rasa that the archive is written as.
    ///   - schema: The graph of the training.
    ///   - domain: The whole domain.
    ///   - storiesTeach: Whether intents and actions of stories count among the labels.
    static func file(
        version: JSON, schema: JSON, _ plan: Plan, _ domain: JSONObject, storiesTeach: Bool
    ) -> ArchiveFile {
        var fingerprints: JSONObject = [
            "rasa-version": version, "fingerprint-config": .string(ofGraph(schema).containerFingerprint),
        ]
        if plan.policies != nil {
            let pruned = ofDomain(domain, actions: plan.domain.actionNames)
            fingerprints["fingerprint-core"] = .string(pruned.containerFingerprint)
        }
        if plan.pipeline != nil {
            let labels = ofLabels(plan.data, storiesTeach ? plan.steps : nil)
            fingerprints["fingerprint-nlu"] = .string(labels.containerFingerprint)
        }
        return ArchiveFile("components/finetuning_validator/fingerprints-for-validation.json", .object(fingerprints))
    }

    // MARK: What is fingerprinted

    /// The graph without what does not change the result: epochs, options that are written with their default, and how
    /// nodes are started.
    private static func ofGraph(_ schema: JSON) -> JSON {
        let nodes = (schema["nodes"]?.object ?? [:]).mapValues { node -> JSON in
            guard var members = node.object else { return node }
            members.removeValue(forKey: "eager")
            members.removeValue(forKey: "constructor_name")
            let defaults = defaults(ofClass: node["uses"]?.string ?? "")
            let config = (node["config"]?.object ?? [:]).filter { option, value in
                guard option.exact != "epochs", option.exact != "finetuning_epoch_fraction" else { return false }
                return defaults[option].map { !value.isPythonEqual(to: $0) } ?? true
            }
            members["config"] = .object(config)
            return .object(members)
        }
        return ["nodes": .object(nodes)]
    }

    private static func defaults(ofClass path: String) -> JSONObject {
        let name = path.exact.split(separator: ".").last.map(String.init) ?? path
        return ComponentCatalog.known[name]?.defaults ?? providerDefaults[name] ?? [:]
    }

    /// The defaults of the nodes that no configuration names.
    private static let providerDefaults: [ExactString: JSONObject] = [
        "FinetuningValidator": ["validate_core": true, "validate_nlu": true],
        "NLUTrainingDataProvider": ["persist": false, "language": .null],
        "StoryGraphProvider": ["exclusion_percentage": .null],
        "TrainingTrackerProvider": ["augmentation_factor": 50, "debug_plots": false],
    ]

    /// The domain without texts of responses, contents of forms and settings of sessions, which policies do not learn
    /// from.
    private static func ofDomain(_ domain: JSONObject, actions: [String]) -> JSON {
        var pruned = domain
        pruned.removeValue(forKey: "config")
        pruned.removeValue(forKey: "session_config")
        pruned["responses"] = .object((pruned["responses"]?.object ?? [:]).mapValues { _ in [] })
        pruned["forms"] = .object((pruned["forms"]?.object ?? [:]).mapValues { _ in ["required_slots": []] })
        pruned = DomainReader.finished(pruned)
        let intents = (pruned["intents"]?.array ?? []).compactMap { $0.string ?? $0.object?.first?.key }
        pruned["intents"] = .array(intents.map(JSON.string))
        pruned["actions"] = .array(actions.map(JSON.string))
        return .object(pruned)
    }

    /// The labels of examples.
    ///
    /// - Parameter steps: The stories and rules whose intents and actions count too; nil for none.
    private static func ofLabels(_ data: UnderstandingData, _ steps: [StoryStep]?) -> JSON {
        func sorted(_ names: some Sequence<String>) -> JSON {
            .array(Set<ExactString>(names).pythonSorted.map(JSON.string))
        }
        let annotations = data.completeExamples.flatMap(\.entities)
        var intents = data.examples.compactMap(\.intent)
        var actions: [String] = []
        if let steps {
            let events = steps.flatMap(\.events)
            intents += events.compactMap(\.heardIntent)
            actions = DefaultAction.names + events.compactMap(\.actionName)
        }
        // An "O" says of a token that it is none.
        return [
            "intents": sorted(intents), "entities": sorted(annotations.map(\.entity)),
            "entity_groups": sorted(annotations.compactMap(\.group).filter { $0.exact != "O" }),
            "entity_roles": sorted(annotations.compactMap(\.role).filter { $0.exact != "O" }),
            "actions": sorted(actions),
        ]
    }
}

extension Event.Body {
    /// The intent of a message of a story.
    fileprivate var heardIntent: String? {
        guard case .user(let message) = self, let intent = message.intentName, !intent.isEmpty else { return nil }
        return intent
    }

    /// The name of an action of a story.
    fileprivate var actionName: String? {
        guard case .action(let action) = self else { return nil }
        return action.reference.name
    }
}
