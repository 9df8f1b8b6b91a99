import ExactText
import JSON
import Networks
import Tensors

extension EarlierModel {
    /// The network of a `DIETClassifier` or `ResponseSelector`, with room for the features that have come since.
    ///
    /// - Throws: ``TrainingError`` where labels, tags or featurizers are not those of the model.
    func network(
        _ step: PipelineStep, for learned: LearnedTexts, seed: UInt64?
    ) throws(TrainingError) -> TrainedNetwork {
        let labels = try json(step, "\(step.component).index_label_id_mapping.json").object ?? [:]
        guard labels == JSONObject(learned.labels.enumerated().map { ("\($0.offset)", JSON.string($0.element)) }) else {
            throw refuse(step, "the examples have other labels than those that it was trained with")
        }
        let tags = try json(step, "\(step.component).entity_tag_specs.json").array ?? []
        guard tags.map({ $0["ids_to_tags"] }) == learned.tagSpecs.map({ $0.json["ids_to_tags"] }) else {
            throw refuse(step, "the examples have other entities, roles or groups than those that it was trained with")
        }
        var network = try network(step, stem: step.component)
        let sizes = try json(step, "\(step.component).sparse_feature_sizes.json")
        let widths = learned.examples.sparseWidths
        let random = RandomKey(seed ?? UInt64.random(in: .min ... .max))
        var hasGrown = false
        for (kind, new) in [("sequence", widths.sequence), ("sentence", widths.sentence)] {
            let old = sizes["text"]?[kind]?.array?.compactMap(\.int) ?? []
            guard old != new else { continue }
            hasGrown = true
            for place in network.variables.indices where Self.isKernel(network.variables[place].path, ofTexts: kind) {
                do throws(NetworkTrainingError) {
                    network.variables[place] = try network.variables[place].widened(from: old, to: new, random: random)
                } catch {
                    throw TrainingError(error, of: step)
                }
            }
        }
        // As in Rasa a network that has grown begins with a new optimizer.
        if hasGrown { network.steps = 0 }
        return network
    }

    /// Whether a variable is a kernel that sparse features of texts go through.
    private static func isKernel(_ path: String, ofTexts kind: String) -> Bool {
        path.exact.hasSuffix("sparse_dense.\(kind)/_tf_layers/sparse_to_dense/kernel")
            && path.exact.hasPrefix("sequence_layer.text/")
            || kind.exact == "sequence" && path.exact.hasSuffix("sparse_to_dense_for_token_ids/kernel")
    }
}
