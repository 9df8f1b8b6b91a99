import ExactText
import JSON
import ModelArchive
import Networks
import OrderedCollections
import Tensors
import TextFeatures

/// Trains the components of a pipeline one after the other, each on what those before it make of the training data.
struct PipelineTrainer {
    private let material: Components.Material
    /// The responses of the training data, then those of the domain; of one name the later ones count.
    private let responses: [JSONObject]
    /// The tokenizer and featurizers that came so far, and what they have learned.
    private var nodes: [GraphNode] = []
    private var learned = FilesInMemory()
    /// What they make of texts; nil until somebody asks.
    private var featurizer: TextFeaturizer?
    /// Whether entities that do not begin and end with words have been warned of.
    private var hasCheckedEntities = false
    /// The keys of responses whose lack has been warned of.
    private var missingResponses: Set<ExactString> = []
    private(set) var warnings: [TrainingWarning] = []
    /// The networks, which learn once everything else is there.
    private(set) var jobs: [TextNetworkJob] = []

    init(_ material: Components.Material, responses: JSONObject) {
        self.material = material
        self.responses = [material.data.responses, responses.retrievalResponses]
    }

    /// Trains a component; the files of its directory, none where there was nothing to learn or a network is to learn
    /// later.
    mutating func train(_ step: PipelineStep) throws(TrainingError) -> [ArchiveFile] {
        switch step.component {
        case "DIETClassifier": try prepareClassifier(step)
        case "ResponseSelector": try prepareSelector(step)
        case "LogisticRegressionClassifier": return try regression(step)
        case "CRFEntityExtractor": return try field(step)
        default:
            let files = try Components.files(of: step, material, &warnings)
            take(step, files)
            return files
        }
        return []
    }

    private mutating func take(_ step: PipelineStep, _ files: [ArchiveFile]) {
        guard step.entry.role == .tokenizer || step.entry.role == .featurizer else { return }
        nodes.append(
            GraphNode(
                name: step.runNode, uses: step.uses, config: step.config,
                resource: step.entry.isTrained ? step.trainNode : nil))
        for file in files {
            guard case .bytes(let bytes) = file.content else { continue }
            learned[step.trainNode, file.path] = bytes
        }
        featurizer = nil
    }

    /// What the featurizers that came so far make of texts.
    mutating func texts() throws(TrainingError) -> TextFeaturizer {
        if let featurizer { return featurizer }
        let made = try Components.checked { [nodes, learned] () throws(LoadError) in
            try TextFeaturizer(training: nodes, files: learned)
        }
        featurizer = made
        return made
    }

    /// Examples of which entities are learned: Rasa warns of misplaced ones with each component, here once is enough.
    private mutating func checkEntities(_ texts: TextFeaturizer) {
        guard !hasCheckedEntities else { return }
        hasCheckedEntities = true
        for example in material.data.completeExamples where !example.entities.isEmpty {
            let tokens = texts.process(example.text, as: .text).tokens
            if let warning = EntityTags.warning(of: example, tokens) { warnings.append(warning) }
        }
    }

    private mutating func skip(_ step: PipelineStep, _ reason: String) {
        warnings.append(TrainingWarning(at: step.place, "\(step.component) is not trained: \(reason)"))
    }

    // MARK: Networks

    private mutating func prepareClassifier(_ step: PipelineStep) throws(TrainingError) {
        let options = try TextNetworkOptions(step, .classifier)
        let texts = try texts()
        let examples = Array(material.data.completeExamples)
        let learned = TextExamplesBuilder(options: options, featurizer: texts, label: .intent).build(examples)
        guard try isEnough(learned, step, options, "intents") else { return }
        guard options.network.classifies || !learned.tagSpecs.isEmpty else {
            skip(step, "'intent_classification' is false, and no example has an entity to be learned")
            return
        }
        if options.network.tags { checkEntities(texts) }
        try add(TextNetworkJob(step: step, options: options, learned: learned))
    }

    private mutating func prepareSelector(_ step: PipelineStep) throws(TrainingError) {
        let options = try TextNetworkOptions(step, .selector)
        let intent = options.retrievalIntent
        let examples = material.data.completeExamples.filter { $0.responseKey != nil }
            .filter { intent == nil || $0.intent?.exact == intent?.exact }
        guard !examples.isEmpty else {
            skip(step, "no example has a retrieval intent" + (intent.map { " '\($0)'" } ?? ""))
            return
        }
        let label = options.network.labelsAreTexts ? LabelKind.response(responses) : .responseKey
        let learned = TextExamplesBuilder(options: options, featurizer: try texts(), label: label).build(examples)
        guard try isEnough(learned, step, options, "responses") else { return }
        let given = responses.reduce(into: JSONObject()) { all, more in all.merge(more) { _, new in new } }
        warnOfMissingResponses(examples, given)
        var job = TextNetworkJob(step: step, options: options, learned: learned)
        job.responses = given
        job.retrievalIntents = material.data.retrievalIntents.pythonSorted
        try add(job)
    }

    /// Names responses that a selector can choose and that are nowhere written, each once.
    private mutating func warnOfMissingResponses(_ examples: some Sequence<Example>, _ given: JSONObject) {
        for key in OrderedSet(examples.compactMap { $0.responseKey?.exact })
        where given["utter_\(key)"].map(\.isEmptyValue) ?? true && missingResponses.insert(key).inserted {
            warnings.append(
                TrainingWarning(
                    "there are examples of '\(key)', but no response 'utter_\(key)'; add it to 'responses', or correct "
                        + "the intent of the examples"))
        }
    }

    private mutating func add(_ job: TextNetworkJob) throws(TrainingError) {
        warnings += job.options.warnings
        var job = job
        job.earlier = try material.earlier?.network(
            job.step, for: job.learned, seed: job.options.network.learning.seed)
        jobs.append(job)
    }

    /// Whether there is something to learn; a warning otherwise.
    private mutating func isEnough(
        _ learned: LearnedTexts, _ step: PipelineStep, _ options: TextNetworkOptions, _ labels: String
    ) throws(TrainingError) -> Bool {
        guard !learned.examples.examples.isEmpty else {
            skip(step, "there are no examples of \(labels) with features")
            return false
        }
        let counts = learned.counts
        guard !options.network.classifies || counts.count(where: { $0 > 0 }) > 1 else {
            skip(step, "at least two \(labels) with examples are needed to tell them apart")
            return false
        }
        try options.checkHeldBack(
            of: learned.examples.examples.count, counts: options.network.classifies ? counts : nil)
        return true
    }

    // MARK: Without networks

    private mutating func regression(_ step: PipelineStep) throws(TrainingError) -> [ArchiveFile] {
        let options = try RegressionOptions(step)
        let texts = try texts()
        var examples = RegressionExamples()
        for example in material.data.completeExamples {
            guard let intent = example.intent else { continue }
            guard let row = texts.features(of: example.text, as: .text)?.sentence?.sparse else {
                throw TrainingError(
                    .badConfiguration, at: step.place,
                    "\(step.component) needs features of whole texts, such as those of CountVectorsFeaturizer")
            }
            examples.add(row, label: intent)
        }
        guard examples.intents.names.count > 1 else {
            skip(step, "at least two intents with examples are needed to tell them apart")
            return []
        }
        let regression = RegressionTraining(examples, options).train()
        return [ArchiveFile("\(step.trainNode).skops", bytes: SkopsFile(regression.saved(options)).bytes)]
    }

    private mutating func field(_ step: PipelineStep) throws(TrainingError) -> [ArchiveFile] {
        let options = try FieldOptions(step)
        guard material.data.completeExamples.contains(where: { !$0.entities.isEmpty }) else {
            skip(step, "no example has an entity")
            return []
        }
        let texts = try texts()
        checkEntities(texts)
        return FieldDataset(options, texts).files(Array(material.data.completeExamples))
    }
}

extension JSONObject {
    /// The responses of retrieval intents, whose names have a slash.
    fileprivate var retrievalResponses: JSONObject {
        JSONObject(filter { $0.key.utf8.contains(UInt8(ascii: "/")) }.map { ($0.key, $0.value) })
    }
}
