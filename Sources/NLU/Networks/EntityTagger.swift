import JSON
import ModelArchive
import Tensors
import TextFeatures

/// The part of `DIETClassifier` that finds entities: a tagger for their kinds and, where the training data have them,
/// for roles and groups.
struct EntityTagger: Sendable {
    private enum Kind: String, CaseIterable {
        case entity, role, group
    }

    private struct Level: Sendable {
        let kind: Kind
        let tags: [Tag]
        let logits: DenseLayer
        let decoder: LinearChainDecoder
        /// The vectors of the entity tags that roles and groups look at.
        let entityEmbedding: DenseLayer?
    }

    private let levels: [Level]
    private let usesBILOU: Bool
    private let assembly: EntityAssembly

    /// Nil if the training data had no entities.
    init?(_ weights: any WeightSource, _ stem: String, _ context: LoadingContext) throws(LoadError) {
        let file = stem + ".entity_tag_specs.json"
        let specs = try context.json(file, .tagSpecs)?.array ?? []
        var levels: [Level] = []
        for kind in Kind.allCases {
            guard let spec = specs.first(where: { $0["tag_name"]?.string == kind.rawValue }) else { continue }
            let names = spec["ids_to_tags"]?.object ?? [:]
            let tags = (0..<names.count).compactMap { names[String($0)]?.string }.map { Tag($0) }
            guard tags.count == names.count, !tags.isEmpty else {
                throw context.bad(file, "does not name every tag of '\(kind.rawValue)'")
            }
            do throws(TensorError) {
                levels.append(try Self.level(kind, tags, weights, entityTags: levels.first?.tags.count))
            } catch {
                throw LoadError(.badWeights, "Node \(context.node.name): \(error)")
            }
        }
        guard !levels.isEmpty else { return nil }
        self.levels = levels
        usesBILOU = context.options.flag("BILOU_flag", default: true)
        let splits = try context.options.switches("split_entities_by_comma", default: true)
        assembly = EntityAssembly(
            extractor: DIETClassifier.name, splits: splits.byName, splitsOthers: splits.other)
    }

    private static func level(
        _ kind: Kind, _ tags: [Tag], _ weights: any WeightSource, entityTags: Int?
    ) throws(TensorError) -> Level {
        let logits = try DenseLayer(weights.scope("embed.\(kind.rawValue).logits/_dense"))
        let decoder = try LinearChainDecoder(weights.scope("crf.\(kind.rawValue)"))
        guard logits.outputs == tags.count, decoder.tags == tags.count else {
            throw TensorError(.wrongShape, "The weights of '\(kind.rawValue)' are not for \(tags.count) tags.")
        }
        var embedding: DenseLayer?
        if let entityTags {
            let layer = try DenseLayer(weights.scope("embed.\(kind.rawValue).tags/_dense"))
            guard layer.inputs == entityTags else {
                throw TensorError(
                    .wrongShape, "The weights embed.\(kind.rawValue).tags are not for \(entityTags) tags.")
            }
            embedding = layer
        }
        return Level(kind: kind, tags: tags, logits: logits, decoder: decoder, entityEmbedding: embedding)
    }

    /// The entities of a message whose vectors are in `scratch.rows`.
    func entities(of message: Message, using scratch: Scratch) throws(TensorError) -> [EntityMatch] {
        var found: [Kind: TagSequence] = [:]
        var entityIDs: [Int] = []
        for level in levels {
            if let embedding = level.entityEmbedding {
                let input = try Self.widen(scratch.rows, by: entityIDs, embedding, using: scratch.workspace)
                try level.logits.apply(input, to: &scratch.logits, using: scratch.workspace)
            } else {
                try level.logits.apply(scratch.rows, to: &scratch.logits, using: scratch.workspace)
            }
            let (ids, confidences) = try level.decoder.decode(
                scratch.logits, length: message.tokens.count, using: scratch.workspace)
            if entityIDs.isEmpty { entityIDs = ids }
            guard ids.contains(where: { $0 != 0 }) else { continue }
            var sequence = TagSequence(tags: ids.map { level.tags[$0] }, confidences: confidences.map { Double($0) })
            if usesBILOU { sequence.repair() }
            found[level.kind] = sequence
        }
        return assembly.assemble(
            message.tokens, of: message.text, entities: found[.entity], roles: found[.role], groups: found[.group])
    }

    /// Rows with the vectors of their entity tags to the right.
    private static func widen(
        _ rows: Matrix, by ids: [Int], _ embedding: DenseLayer, using workspace: Workspace
    ) throws(TensorError) -> Matrix {
        var marks = Matrix(rows: ids.count, columns: embedding.inputs)
        for (row, id) in ids.enumerated() { marks[row, id] = 1 }
        let vectors = try embedding.apply(marks, using: workspace)
        let values = (0..<rows.rows).flatMap { Array(rows.row($0)) + Array(vectors.row($0)) }
        return Matrix(rows: rows.rows, columns: rows.columns + vectors.columns, values: values)
    }
}
