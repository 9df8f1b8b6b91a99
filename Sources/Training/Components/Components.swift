import ExactText
import JSON
import TextFeatures

/// The components of pipelines that are trained here, and their files.
enum Components {
    struct Material {
        let data: UnderstandingData
        let messages: [TrainingMessage]
        /// Nil where the pipeline has no tokenizer.
        let tokenizer: TrainingTokenizer?
        /// The model to go on from; nil to begin anew.
        var earlier: EarlierModel?

        /// What a component had learned before; null without an earlier model.
        func earlier(_ step: PipelineStep, _ file: String) throws(TrainingError) -> JSON {
            try earlier?.json(step, file) ?? .null
        }
    }

    /// The files of a component's directory; none where there was nothing to learn.
    static func files(
        of step: PipelineStep, _ material: Material, _ warnings: inout [TrainingWarning]
    ) throws(TrainingError) -> [ArchiveFile] {
        switch step.component {
        case "RegexFeaturizer":
            let expressions = try Expressions.collect(material.data, step.config)
            let earlier = try material.earlier(step, "patterns.json")
            return [ArchiveFile("patterns.json", Expressions.merged(earlier, expressions))]
        case "RegexEntityExtractor":
            let expressions = try Expressions.collect(material.data, step.config, onlyEntities: true)
            if expressions.array?.isEmpty ?? true {
                warnings.append(
                    TrainingWarning("RegexEntityExtractor: no regex and no lookup table is named like an entity"))
                return []
            }
            return [ArchiveFile("regex.json", expressions)]
        case "LexicalSyntacticFeaturizer": return try shapes(step, material)
        case "CountVectorsFeaturizer":
            guard let tokenizer = material.tokenizer else { throw needsTokenizer(step) }
            return try CountVectorsTrainer(step.config, tokenizer, node: step.name).files(
                material.messages, earlier: try material.earlier(step, "vocabularies.json"))
        case "KeywordIntentClassifier":
            return [
                ArchiveFile(
                    "KeywordIntentClassifier.json",
                    try Keywords.collect(material.data.completeExamples, step.config, &warnings))
            ]
        case "EntitySynonymMapper":
            let synonyms = (try material.earlier(step, "synonyms.json").object ?? [:]).merging(
                Synonyms.collect(material.data)
            ) { _, new in new }
            return synonyms.isEmpty ? [] : [ArchiveFile("synonyms.json", .object(synonyms))]
        default: return []
        }
    }

    private static func shapes(_ step: PipelineStep, _ material: Material) throws(TrainingError) -> [ArchiveFile] {
        guard let tokenizer = material.tokenizer else { throw needsTokenizer(step) }
        let options = ComponentOptions(node: step.name, values: step.config)
        let window = try checked { () throws(LoadError) in
            try options.lists("features", default: TrainingShapes.defaultFeatures)
        }
        for feature in window.joined() where !TrainingShapes.names.contains(feature) {
            throw TrainingError(
                .badConfiguration, "LexicalSyntacticFeaturizer: the feature '\(feature)' is not known")
        }
        var values: [ExactString: Set<ExactString>] = [:]
        for message in material.messages {
            guard let text = message.attributes["text"] else { continue }
            let words = tokenizer.words(of: text)
            for anchor in words.indices {
                for (place, features) in window.enumerated() {
                    let index = anchor + place - window.count / 2
                    guard words.indices.contains(index) else { continue }
                    for feature in features {
                        guard let value = TrainingShapes.value(of: feature, words, at: index) else { continue }
                        values["\(place)###\(feature)", default: []].insert(value)
                    }
                }
            }
        }
        guard !values.isEmpty else { return [] }
        var columns = try material.earlier(step, "feature_to_idx_dict.json").object ?? [:]
        // Features that were there before keep their columns, whether they occur again or not.
        var column = columns.values.reduce(0) { $0 + ($1.object?.count ?? 0) }
        let keys = values.keys.map { ($0, $0.components(separatedBy: "###")) }
            .sorted { (Int($0.1[0]) ?? 0, $0.1[1].exact) < (Int($1.1[0]) ?? 0, $1.1[1].exact) }
        for (key, _) in keys {
            var members = columns[key.string]?.object ?? [:]
            for value in (values[key] ?? []).pythonSorted where members[value] == nil {
                members[value] = .int(column)
                column += 1
            }
            columns[key.string] = .object(members)
        }
        return [ArchiveFile("feature_to_idx_dict.json", .object(columns))]
    }

    static func needsTokenizer(_ step: PipelineStep) -> TrainingError {
        TrainingError(
            .badConfiguration, "\(step.name) needs a tokenizer before it in the pipeline, such as WhitespaceTokenizer")
    }

    /// What `body` gives, its error as one of training.
    static func checked<Value>(_ body: () throws(LoadError) -> Value) throws(TrainingError) -> Value {
        do throws(LoadError) {
            return try body()
        } catch {
            throw TrainingError(.badConfiguration, error.message)
        }
    }
}
