import JSON

/// The components with a network of texts, and the options that Rasa 3.6.21 gives them where nothing is written.
enum TextNetworkKind: Sendable {
    case classifier, selector

    var defaults: JSONObject {
        switch self {
        case .classifier: Self.shared
        case .selector: Self.shared.merging(Self.ofSelectors) { _, new in new }
        }
    }

    private static let shared: JSONObject = [
        "hidden_layers_sizes": ["text": [], "label": []], "share_hidden_layers": false, "transformer_size": 256,
        "number_of_transformer_layers": 2, "number_of_attention_heads": 4, "use_key_relative_attention": false,
        "use_value_relative_attention": false, "max_relative_position": 5, "unidirectional_encoder": false,
        "batch_size": [64, 256], "batch_strategy": "balanced", "epochs": 300, "random_seed": .null,
        "learning_rate": 0.001, "embedding_dimension": 20, "dense_dimension": ["text": 128, "label": 20],
        "concat_dimension": ["text": 128, "label": 20], "number_of_negative_examples": 20, "similarity_type": "auto",
        "loss_type": "cross_entropy", "ranking_length": 10, "maximum_positive_similarity": 0.8,
        "maximum_negative_similarity": -0.4, "use_maximum_negative_similarity": true, "scale_loss": false,
        "regularization_constant": 0.002, "negative_margin_scale": 0.8, "drop_rate": 0.2, "drop_rate_attention": 0,
        "connection_density": 0.2, "use_sparse_input_dropout": true, "use_dense_input_dropout": true,
        "evaluate_every_number_of_epochs": 20, "evaluate_on_number_of_examples": 0, "intent_classification": true,
        "entity_recognition": true, "use_masked_language_model": false, "BILOU_flag": true,
        "tensorboard_log_directory": .null, "tensorboard_log_level": "epoch", "checkpoint_model": false,
        "featurizers": [], "split_entities_by_comma": true, "constrain_similarities": false,
        "model_confidence": "softmax", "renormalize_confidences": false, "run_eagerly": false,
        "drop_small_last_batch": false,
    ]

    private static let ofSelectors: JSONObject = [
        "hidden_layers_sizes": ["text": [256, 128], "label": [256, 128]], "transformer_size": .null,
        "number_of_transformer_layers": 0, "dense_dimension": ["text": 512, "label": 512],
        "concat_dimension": ["text": 512, "label": 512], "scale_loss": true, "connection_density": 1.0,
        "use_sparse_input_dropout": false, "use_dense_input_dropout": false, "retrieval_intent": .null,
        "use_text_as_label": false,
    ]
}
