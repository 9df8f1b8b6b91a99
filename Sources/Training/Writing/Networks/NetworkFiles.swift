import ExactText
import JSON
import ModelArchive
import OrderedCollections

/// The files of one trained network, from which it is loaded again and trained on. All of their names begin with that of
/// the network.
struct NetworkFiles {
    /// `DIETClassifier`, `ResponseSelector`, `ted_policy` or `unexpected_intent_policy`.
    let stem: String
    private(set) var files: [ArchiveFile] = []

    init(stem: String) { self.stem = stem }

    /// The weights.
    mutating func add(_ checkpoint: NetworkCheckpoint) {
        let name = "\(stem).tf_model"
        files.append(ArchiveFile("checkpoint", bytes: NetworkCheckpoint.pointer(stem: name)))
        files.append(ArchiveFile("\(name).data-00000-of-00001", checkpoint.data))
        files.append(ArchiveFile("\(name).index", bytes: checkpoint.index))
    }

    /// Notes that the weights are those of the best evaluation, by an empty file as Rasa does. Nobody reads it.
    mutating func addBestNote() { add("from_checkpoint.pkl", [UInt8]()) }

    /// The features of every label, by label ids.
    mutating func add(labelData table: FeatureArrayTable) { add("label_data", table) }

    /// One example of the training data, from which Rasa learns which features there are and how wide they are.
    mutating func add(dataExample table: FeatureArrayTable) { add("data_example", table) }

    /// What stands in for attributes that a turn does not have.
    mutating func add(fakeFeatures features: [FakeFeature]) {
        let (tensors, description) = features.encoded()
        add("fake_features.st", SafeTensor.file(tensors))
        add("fake_features_metadata", description)
    }

    /// The widths of the sparse features of each featurizer, by attribute (`text`) and kind (`sequence`).
    mutating func add(sparseFeatureSizes sizes: OrderedDictionary<ExactString, OrderedDictionary<ExactString, [Int]>>) {
        add(
            "sparse_feature_sizes",
            .object(
                JSONObject(
                    sizes.map { attribute, kinds in
                        let widths = kinds.map { ($0.string, JSON.array($1.map { .int($0) })) }
                        return (attribute.string, .object(JSONObject(widths)))
                    })))
    }

    /// The names of the labels by their ids.
    mutating func add(labels: [String]) {
        add(
            "index_label_id_mapping",
            .object(JSONObject(labels.enumerated().map { ("\($0.offset)", .string($0.element)) })))
    }

    /// The tags of entities, roles and groups, in this order; none where the network finds no entities.
    mutating func add(tagSpecs: [EntityTagSpec]) { add("entity_tag_specs", .array(tagSpecs.map(\.json))) }

    /// The options of a policy's network, with all defaults.
    mutating func add(settings: JSONObject) { add("meta", .object(settings)) }

    mutating func add(priority: JSON) { add("priority", priority) }

    /// For each intent of the stories, by its number in the domain, the thresholds of its similarity.
    mutating func add(labelQuantiles quantiles: [Int: [Float]]) {
        let tensors = quantiles.map { ("\($0)" as ExactString, SafeTensor($1)) }
        add("label_quantiles.st", SafeTensor.file(Dictionary(uniqueKeysWithValues: tensors)))
    }

    /// The responses that are chosen among, by their names in the domain (`utter_faq/price`).
    mutating func add(responses: JSONObject) { add("responses", .object(responses)) }

    mutating func add(retrievalIntents names: [String]) {
        add("retrieval_intents", .array(names.map { .string($0) }))
    }

    private mutating func add(_ kind: String, _ table: FeatureArrayTable) {
        let writer = FeatureArrayWriter(table)
        add("\(kind).st", writer.file)
        add("\(kind)_metadata", writer.description)
    }

    private mutating func add(_ kind: String, _ bytes: [UInt8]) {
        files.append(ArchiveFile("\(stem).\(kind)", bytes: bytes))
    }

    private mutating func add(_ kind: String, _ json: JSON) { files.append(ArchiveFile("\(stem).\(kind).json", json)) }
}
