import Tensors
import TextFeatures

/// The settings of a DIET network that matter when it predicts; its sizes are those of its weights.
struct NetworkSettings {
    /// The loss of the training (`loss_type`).
    private enum Loss: String, CaseIterable {
        case crossEntropy = "cross_entropy"
        case margin
    }

    /// The likeness of text and label (`similarity_type`).
    private enum SimilarityType: String, CaseIterable {
        case auto, inner, cosine
    }

    /// What is reported as confidence (`model_confidence`).
    private enum Confidence: String, CaseIterable {
        case softmax, auto
    }

    let options: ComponentOptions
    let transformer: TransformerConfiguration
    let similarity: Similarity
    /// Whether confidences are shares of 1 rather than similarities.
    let usesSoftmax: Bool
    /// Whether the confidences of the reported labels are made to sum up to 1.
    let renormalizes: Bool
    /// Names of the featurizers that are used.
    let featurizers: NameSelection
    /// Whether the label side has layers of its own for texts (`use_text_as_label` of response selectors).
    let usesTextAsLabel: Bool

    init(_ options: ComponentOptions) throws(LoadError) {
        guard !options.flag("share_hidden_layers", default: false) else {
            throw LoadError(
                .badSetting, "Node \(options.node): 'share_hidden_layers' is not supported; train without it.")
        }
        transformer = TransformerConfiguration(
            heads: try options.integer("number_of_attention_heads", default: 4),
            unidirectional: options.flag("unidirectional_encoder", default: false))
        let loss = try options.choice("loss_type", default: Loss.crossEntropy)
        similarity =
            switch try options.choice("similarity_type", default: SimilarityType.auto) {
            case .inner: .inner
            case .cosine: .cosine
            case .auto: loss == .crossEntropy ? .inner : .cosine
            }
        let confidence = try options.choice("model_confidence", default: Confidence.softmax)
        usesSoftmax = confidence == .softmax && loss == .crossEntropy
        self.options = options
        renormalizes = options.flag("renormalize_confidences", default: false)
        featurizers = try options.names("featurizers")
        usesTextAsLabel = options.flag("use_text_as_label", default: false)
    }
}
