import ConditionalRandomField
import ExactText
import JSON
import PythonSemantics
import TextFeatures

/// What a configuration says of a `CRFEntityExtractor`, checked.
struct FieldOptions {
    let usesBILOU: Bool
    let featurizers: NameSelection

    /// The options of Rasa's class; what the features of words are where none are given, ``FieldWindow`` knows.
    private static let defaults: JSONObject = [
        "BILOU_flag": true, "split_entities_by_comma": true, "max_iterations": 50, "L1_c": 0.1, "L2_c": 0.1,
        "featurizers": [],
    ]

    init(_ step: PipelineStep) throws(TrainingError) {
        let options = try OptionReader(step, defaults: Self.defaults)
        let values = ComponentOptions(node: step.name, values: options.values)
        usesBILOU = options.flag("BILOU_flag")
        featurizers = try Components.checked { () throws(LoadError) in
            _ = try FieldWindow.lists(values)
            _ = try values.switches("split_entities_by_comma", default: true)
            return try values.names("featurizers")
        }
        for option in ["L1_c", "L2_c"] where !options[option].isNull {
            _ = try options.number(option, in: 0..., "a number of at least 0")
        }
        if !options["max_iterations"].isNull { _ = try options.whole("max_iterations") }
    }
}

/// The sentences that a `CRFEntityExtractor` learns from, which are what its archive keeps.
struct FieldDataset {
    private let options: FieldOptions
    private let featurizer: TextFeaturizer
    private let tags: EntityTags

    init(_ options: FieldOptions, _ featurizer: TextFeaturizer) {
        self.options = options
        self.featurizer = featurizer
        tags = EntityTags(usesBILOU: options.usesBILOU)
    }

    func files(_ examples: [Example]) -> [ArchiveFile] {
        let marked = EntityTags(usesBILOU: false)
        let order = EntityTags.Kind.allCases.filter { kind in
            !marked.names(kind, of: examples, tags: [[String]]()).isEmpty
        }
        let sentences = examples.compactMap { sentence($0, order) }
        return [
            ArchiveFile("crf_dataset.json", .array(sentences)),
            ArchiveFile("crf_order.json", .array(order.map { .string($0.rawValue) })),
        ]
    }

    /// The words of an example; nil where no featurizer made anything of it.
    private func sentence(_ example: Example, _ order: [EntityTags.Kind]) -> JSON? {
        let message = featurizer.process(example.text, as: .text)
        guard featurizer.features(of: message, by: options.featurizers) != nil else { return nil }
        let found = EntityTags.Kind.allCases.map { kind in
            order.contains(kind) ? tags.tags(kind, of: example, message.tokens) : nil
        }
        return .array(
            message.tokens.enumerated().map { index, token in
                var word: JSONObject = ["text": .string(message.text.string(token.bytes)), "pos_tag": .null]
                word["pattern"] = .object(
                    JSONObject(message.patterns(ofToken: index).map { ($0.name, .bool($0.isFound)) }))
                word["dense_features"] = []
                for (key, tags) in zip(["entity_tag", "entity_role_tag", "entity_group_tag"], found) {
                    word[key] = .string(tags?[index] ?? EntityTags.none)
                }
                return .object(word)
            })
    }
}
