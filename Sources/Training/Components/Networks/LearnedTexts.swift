import ExactText
import JSON
import Networks
import OrderedCollections
import Tensors
import TextFeatures

/// What a network of texts learns from, and what its archive says of it.
struct LearnedTexts: Sendable {
    var examples = TextExamples()
    /// The names of the labels by their ids.
    var labels: [String] = []
    var tagSpecs: [EntityTagSpec] = []
    /// How many examples each label has.
    var counts: [Int] {
        examples.examples.reduce(into: Array(repeating: 0, count: labels.count)) { counts, example in
            if let label = example.label { counts[label] += 1 }
        }
    }
}

/// What is told apart: the attribute of a message that is its label.
struct LabelKind: Sendable {
    let attribute: TextFeaturizer.Attribute
    /// The label of an example; nil if it has none.
    let name: @Sendable (Example) -> String?

    static let intent = LabelKind(attribute: .intent) { $0.intent }
    static let responseKey = LabelKind(attribute: .responseKey) { $0.responseKey }

    /// The texts of responses.
    ///
    /// - Parameter responses: Those of the training data, then those of the domain.
    static func response(_ responses: [JSONObject]) -> LabelKind {
        LabelKind(attribute: .response) { example in
            example.responseKey.flatMap { TrainingMessage.response("utter_\($0)", responses) }
        }
    }
}

/// Makes numbers of examples for a network of texts (`_create_model_data` of Rasa's `DIETClassifier`).
struct TextExamplesBuilder {
    let options: TextNetworkOptions
    let featurizer: TextFeaturizer
    let label: LabelKind

    /// - Parameter data: The examples; those without a label, or of which no featurizer makes anything, are left out.
    func build(_ data: [Example]) -> LearnedTexts {
        var learned = LearnedTexts()
        learned.labels = Set(data.compactMap { label.name($0)?.exact }).pythonSorted
        let ids = Dictionary(
            learned.labels.enumerated().map { ($1.exact, $0) }, uniquingKeysWith: { first, _ in first })
        learned.examples.labels = labelRows(learned.labels)
        let tags = options.network.tags ? EntityTags(usesBILOU: options.usesBILOU) : nil
        var words: [[Token]] = []
        var kept: [Example] = []
        for example in data {
            let id = label.name(example).flatMap { ids[$0] }
            if options.network.classifies, id == nil { continue }
            let message = featurizer.process(example.text, as: .text)
            guard let features = featurizer.features(of: message, by: options.featurizers) else { continue }
            if learned.examples.examples.isEmpty {
                let widths = featurizer.widths(of: message, by: options.featurizers)
                learned.examples.sparseWidths = SparseWidths(sequence: widths.sequence, sentence: widths.sentence)
            }
            learned.examples.examples.append(
                TextExample(rows: TextFeatureRows(features), label: options.network.classifies ? id : nil))
            if tags != nil {
                words.append(message.tokens)
                kept.append(example)
            }
        }
        if let tags { addTags(tags, kept, words, to: &learned) }
        return learned
    }

    /// The features of labels; where featurizers make none of one of them, one of many for all.
    private func labelRows(_ names: [String]) -> [TextFeatureRows] {
        let found = names.map { featurizer.features(of: $0, as: label.attribute, by: options.featurizers) }
        let rows = found.compactMap { $0.map { TextFeatureRows($0) } }
        if rows.count == names.count { return rows }
        return names.indices.map { id in
            var row = Matrix(rows: 1, columns: names.count)
            row[0, id] = 1
            return TextFeatureRows(sentence: FeatureSet(dense: row))
        }
    }

    private func addTags(
        _ tags: EntityTags, _ examples: [Example], _ words: [[Token]], to learned: inout LearnedTexts
    ) {
        for kind in EntityTags.Kind.allCases {
            let found = zip(examples, words).map { tags.tags(kind, of: $0, $1) }
            let names = tags.names(kind, of: examples, tags: found)
            guard !names.isEmpty, let set = TagSet.Kind(rawValue: kind.rawValue) else { continue }
            let spec = EntityTagSpec(kind: kind.rawValue, names: names.map(\.string), isBILOU: tags.usesBILOU)
            let ids = Dictionary(
                spec.tags.enumerated().map { ($1.exact, Int32($0)) }, uniquingKeysWith: { first, _ in first })
            learned.tagSpecs.append(spec)
            learned.examples.tagSets.append(TagSet(kind: set, count: spec.tags.count))
            for (index, tags) in found.enumerated() {
                learned.examples.examples[index].tags.append(tags.map { ids[$0] ?? 0 })
            }
        }
    }
}

extension TextFeatureRows {
    init(_ features: TextFeaturizer.Features) {
        self.init(
            sequence: (features.sequence ?? FeatureSet()).ordered, sentence: (features.sentence ?? FeatureSet()).ordered
        )
    }
}
