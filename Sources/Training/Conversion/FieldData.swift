import ExactText
import JSON
import ModelArchive
import NLU
import TextFeatures

/// The training data of an older archive's `CRFEntityExtractor`, in place of the trained model that the archive has. They
/// are the right ones where the same weights are learned from them.
struct FieldData {
    private let current: CurrentMembers
    private let data: [String]
    /// For errors.
    private let archive: String

    /// Above this no arithmetic explains the difference of a weight.
    private static let largestDifference = 0.05

    init(_ current: CurrentMembers, from data: [String], archive: String) {
        (self.current, self.data, self.archive) = (current, data, archive)
    }

    /// The members that 3.6.21 has; none where the archive has no trained model.
    ///
    /// - Throws: ``TrainingError`` where there are no examples, or others than the model learned from.
    func files() throws(TrainingError) -> [ArchiveFile] {
        guard !current.fields.isEmpty else { return [] }
        guard !data.isEmpty else {
            throw TrainingError(
                .badConfiguration,
                "'\(archive)' has a trained CRFEntityExtractor, where Rasa 3.6.21 keeps the training data; name the "
                    + "examples that it was trained on with --data")
        }
        let examples = try examples()
        var files: [ArchiveFile] = []
        for (place, node) in current.metadata.understandingPipeline.enumerated() {
            guard node.component.exact == CRFTraining().component.exact, let resource = node.resource,
                let entry = ComponentCatalog.known[node.component]
            else { continue }
            let step = PipelineStep(
                name: node.component, component: node.component, entry: entry, config: node.config, index: place)
            let made = FieldDataset(try FieldOptions(step), try texts(before: place)).files(examples)
            try compare(node, resource, made)
            files += made.map { file in
                var file = file
                file.path = "components/\(resource)/\(file.path)"
                return file
            }
        }
        return files
    }

    /// The examples, and the messages of stories that have both text and intent.
    private func examples() throws(TrainingError) -> [Example] {
        var examples = try TestData.examples(data)
        guard current.metadata.trainingType != .understanding else { return Array(examples.completeExamples) }
        var stories = StoryReader(try DomainReader.model(current.metadata.domain.object ?? [:]))
        for document in try TestData.stories(data, isEndToEnd: false) { try stories.take(document) }
        examples.addMessages(of: stories.steps)
        return Array(examples.completeExamples)
    }

    /// What the pipeline makes of texts before a component, as the archive's featurizers have learned it.
    private func texts(before place: Int) throws(TrainingError) -> TextFeaturizer {
        var files = FilesInMemory()
        for (path, content) in current.members {
            let parts = path.exact.split(separator: "/", maxSplits: 2).map(String.init)
            if case .bytes(let bytes) = content, parts.count == 3 { files[parts[1], parts[2]] = bytes }
        }
        let nodes = current.metadata.understandingPipeline[..<place].filter { node in
            let role = ComponentCatalog.known[node.component]?.role
            return role == .tokenizer || role == .featurizer
        }
        return try Components.checked { () throws(LoadError) in
            try TextFeaturizer(training: nodes, files: files)
        }
    }

    /// Learns from the examples, and holds the weights against those of the archive.
    private func compare(_ node: GraphNode, _ resource: String, _ made: [ArchiveFile]) throws(TrainingError) {
        let learned: [JSON]
        let trained: [JSON]
        do throws(ArchiveError) {
            let fitted = try CRFTraining().fit(node) { name in
                made.first { $0.path.exact == name.exact }.flatMap { file in
                    if case .bytes(let bytes) = file.content { bytes } else { nil }
                }
            }
            learned = fitted.first.flatMap { try? JSON(parsing: $0.bytes) }?.array ?? []
            trained = try OlderFields(node: node.name).read {
                current.fields[ExactString("components/\(resource)/\($0)")]
            }
        } catch {
            throw TrainingError(.badConfiguration, error.message)
        }
        guard learned.count == trained.count else {
            throw refuse("they have \(learned.count) kinds of tags, the model \(trained.count)")
        }
        for (mine, theirs) in zip(learned, trained) {
            let difference = FieldWeights(mine).largestDifference(from: FieldWeights(theirs))
            guard difference <= Self.largestDifference else {
                throw refuse("a weight that is learned from them differs by \(difference)")
            }
        }
    }

    private func refuse(_ what: String) -> TrainingError {
        TrainingError(
            .badConfiguration,
            "the examples are not those that the CRFEntityExtractor of '\(archive)' was trained on: \(what); name those "
                + "with --data, or train the project anew")
    }
}

/// The weights of a conditional random field in its stored form, by the names of attributes and labels.
private struct FieldWeights {
    private var weights: [ExactString: Double] = [:]

    init(_ field: JSON) {
        let labels = (field["labels"]?.array ?? []).map { $0.string ?? "" }
        func label(_ index: Int?) -> String { index.flatMap { labels.indices.contains($0) ? labels[$0] : nil } ?? "" }
        for (name, row) in zip(field["attributes"]?.array ?? [], field["rows"]?.array ?? []) {
            let parts = row.array ?? []
            for place in stride(from: 0, to: parts.count - 1, by: 2) {
                weights["\(name.string ?? "")\0\(label(parts[place].int))"] = parts[place + 1].double
            }
        }
        for (place, weight) in (field["transitions"]?.array ?? []).enumerated() where !labels.isEmpty {
            weights["\0\(label(place / labels.count))\0\(label(place % labels.count))"] = weight.double
        }
    }

    /// A weight that is missing is 0.
    func largestDifference(from other: FieldWeights) -> Double {
        Set(weights.keys).union(other.weights.keys).reduce(0) { largest, name in
            max(largest, abs((weights[name] ?? 0) - (other.weights[name] ?? 0)))
        }
    }
}
