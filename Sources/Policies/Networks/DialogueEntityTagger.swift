import Dialogue
import JSON
import ModelArchive
import Tensors
import TextFeatures

/// Finds entities in the text that a dialogue network decided by.
struct DialogueEntityTagger: Sendable {
    private let tags: [String]
    private let logits: DenseLayer
    private let decoder: LinearChainDecoder
    private let entities: TextEntities
    private let featurizer: TextFeaturizer

    /// Reads the tagger of a policy; nil where the policy was trained without.
    init?(
        _ node: GraphNode, _ settings: PolicySettings, _ model: PreparedModel, stem: String,
        _ featurizer: TextFeaturizer?
    ) throws {
        guard settings.options.flag("entity_recognition", default: true), let featurizer,
            let weights = model.weights(settings.resource, stem),
            let spec = try model.json(settings.resource, "\(stem).entity_tag_specs.json", FileShape.tagSpecs)?.array?
                .first
        else { return nil }
        let names = spec["ids_to_tags"]?.object ?? [:]
        tags = (0..<names.count).compactMap { names[String($0)]?.string }
        logits = try DenseLayer(weights.scope("embed.entity.logits/_dense"))
        decoder = try LinearChainDecoder(weights.scope("crf.entity"))
        guard tags.count == names.count, tags.count == decoder.tags, tags.count == logits.outputs else {
            throw PolicyError(.badFiles, "\(settings.name): \(stem).entity_tag_specs.json does not fit the weights")
        }
        entities = try TextEntities(node)
        self.featurizer = featurizer
    }

    /// The entities of a text.
    ///
    /// - Parameters:
    ///   - rows: A row per word, and one for the whole.
    ///   - dialogue: What is beside each of them.
    func entities(
        in text: String, rows: Matrix, dialogue: Matrix, using workspace: Workspace
    ) throws -> [JSON] {
        let wide = Matrix(
            rows: rows.rows, columns: rows.columns + dialogue.columns,
            values: (0..<rows.rows).flatMap { Array(rows.row($0)) + dialogue.values })
        let (ids, confidences) = try decoder.decode(
            logits.apply(wide, using: workspace), length: featurizer.wordCount(of: text), using: workspace)
        return entities.entities(
            in: text, tags: ids.map { tags[$0] }, confidences: confidences.map(Double.init), by: featurizer)
    }
}
