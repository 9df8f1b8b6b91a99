import Dialogue
import ExactText
import JSON
import Networks
import Policies
import Tensors
import TextFeatures

/// All that the training of a policy with a network needs, and nothing that it shares with others: stories have become
/// numbers.
struct PreparedDialogues: Sendable {
    let options: DialoguePolicyOptions
    let examples: DialogueExamples
    /// The featurizer as the archive keeps it.
    let featurizer: JSON
    /// The tags of entities in texts; nil where none are learned.
    let tags: EntityTagSpec?

    /// All options as the archive keeps them.
    var meta: JSONObject {
        var meta = options.meta
        // As in Rasa, what there is none of is not looked for.
        meta["entity_recognition"] = .bool(tags != nil)
        return meta
    }

    /// - Parameters:
    ///   - trackers: The conversations of stories, augmented ones among them.
    ///   - texts: What makes features of texts and names, where stories have texts.
    /// - Returns: Nil where there is nothing to learn from.
    init?(
        _ options: DialoguePolicyOptions, _ trackers: [TrainingTracker], _ domain: Domain, texts: TextFeaturizer? = nil
    ) throws(TrainingError) {
        self.options = options
        let columns = StateColumns(domain)
        featurizer = Self.featurizer(options.featurizer, columns, domain)
        let suitable = trackers.filter { !$0.isRule && Self.isSuitable($0, options.policy) }
        var sequences = DialogueSequences(options.featurizer)
        try sequences.add(suitable, label: Self.labels(options.policy, domain))
        guard !sequences.examples.isEmpty else { return nil }
        let features = TurnFeatures(featurizer, texts: texts)
        var examples = DialogueExamples()
        examples.examples = sequences.examples
        examples.turns = sequences.turns.map { turn in
            var attributes: [TurnAttribute: TextFeatureRows] = [:]
            for attribute in TurnAttribute.allCases {
                guard let found = features.features(attribute.rawValue, of: turn.state.state) else { continue }
                attributes[attribute] = TextFeatureRows(found)
            }
            return Turn(attributes: attributes)
        }
        tags = Self.tag(&examples.turns, sequences, options, columns, texts)
        examples.entityTags = tags?.tags.count
        let labels = options.policy == .ted ? domain.actionNames : domain.intentNames
        examples.labels = labels.enumerated().map { id, name in
            let isText = options.policy == .ted && id >= labels.count - domain.actionTexts.count
            let attribute = isText ? .actionText : options.policy.labelAttribute
            return Self.label(name, attribute, id, of: labels.count, features)
        }
        self.examples = examples
        try options.checkTexts(of: examples)
        guard examples.turns.contains(where: { $0.attributes[.intent] != nil || $0.attributes[.text] != nil }) else {
            throw TrainingError(
                .badStories,
                "\(options.policy.rawValue): no story has a message from the user within its 'max_history'; add one, raise "
                    + "that, or remove the policy")
        }
    }

    /// Gives the turns of texts their tags; nil where there is no entity to be learned.
    private static func tag(
        _ turns: inout [Turn], _ sequences: DialogueSequences, _ options: DialoguePolicyOptions,
        _ columns: StateColumns, _ texts: TextFeaturizer?
    ) -> EntityTagSpec? {
        guard options.learnsEntities, let texts, !columns.entities.isEmpty else { return nil }
        let tagger = StoryTags(columns.entities, usesBILOU: options.usesBILOU, texts)
        let tags = sequences.turns.indices.map { place -> [Int32] in
            guard turns[place].attributes[.text] != nil, let message = sequences.turns[place].annotated else {
                return []
            }
            return tagger.tags(of: message)
        }
        guard tags.contains(where: { $0.contains { $0 != 0 } }) else { return nil }
        for place in turns.indices { turns[place].tags = tags[place] }
        return tagger.spec
    }

    /// Whether a policy can learn from the conversation: from texts only one that learns actions can.
    private static func isSuitable(_ tracker: TrainingTracker, _ policy: DialoguePolicy) -> Bool {
        policy == .ted
            || tracker.appliedEvents.allSatisfy { event in
                event.user.map { $0.intentName != nil } ?? event.action.map { $0.name != nil } ?? true
            }
    }

    private static func labels(
        _ policy: DialoguePolicy, _ domain: Domain
    ) -> (String) throws(TrainingError) -> Int32 {
        switch policy {
        case .ted:
            return { (name) throws(TrainingError) in
                guard let id = domain.index(ofAction: name) else {
                    throw TrainingError(
                        .badStories,
                        "TEDPolicy: stories have the action '\(name)', which is not in the domain; add it, or examples of "
                            + "the retrieval intent that it responds to")
                }
                return Int32(id)
            }
        case .unexpected:
            let ids = Dictionary(
                domain.intentNames.enumerated().map { ($1.exact, Int32($0)) }, uniquingKeysWith: { first, _ in first })
            return { (name) throws(TrainingError) in
                guard let id = ids[name] else {
                    throw TrainingError(
                        .badStories,
                        "UnexpecTEDIntentPolicy: stories have the intent '\(name)', which is not in the domain; add it")
                }
                return id
            }
        }
    }

    /// What says how conversations and states become numbers (`featurizer.json`).
    private static func featurizer(_ featurizer: TrackerFeaturizer, _ columns: StateColumns, _ domain: Domain) -> JSON {
        var json: JSONObject = [
            "type": .string(featurizer.kind.rawValue),
            "state_featurizer": [
                "action_texts": .array(domain.actionTexts.map(JSON.string)), "entity_tag_specs": [],
                "feature_states": .object(columns.json),
            ],
        ]
        if featurizer.kind != .fullDialogue {
            json["remove_duplicates"] = .bool(featurizer.removesDuplicates)
            json["max_history"] = featurizer.maxHistory.map(JSON.int) ?? .null
        }
        return .object(json)
    }

    /// A label as what it is called by; where no featurizer looks at names, one of many.
    private static func label(
        _ name: String, _ attribute: TurnAttribute, _ id: Int, of count: Int, _ features: TurnFeatures
    ) -> [TurnAttribute: TextFeatureRows] {
        if let found = features.textFeatures(attribute.rawValue, name) { return [attribute: TextFeatureRows(found)] }
        guard attribute != .actionText else { return [:] }
        var row = Matrix(rows: 1, columns: count)
        row[0, id] = 1
        return [attribute: TextFeatureRows(sentence: FeatureSet(dense: row))]
    }
}

extension TextFeatureRows {
    fileprivate init(_ features: AttributeFeatures) {
        self.init(
            sequence: (features.sequence ?? FeatureSet()).ordered, sentence: (features.sentence ?? FeatureSet()).ordered
        )
    }
}
