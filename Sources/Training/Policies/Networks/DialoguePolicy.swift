import Dialogue
import ExactText
import JSON
import Networks

/// The policies that learn from stories by a network of dialogues, by their classes.
package enum DialoguePolicy: String, Sendable, Hashable {
    /// Learns the next action.
    case ted = "TEDPolicy"
    /// Learns which intents can come next.
    case unexpected = "UnexpecTEDIntentPolicy"

    /// What its files begin with.
    var stem: String {
        switch self {
        case .ted: "ted_policy"
        case .unexpected: "unexpected_intent_policy"
        }
    }

    /// The featurizer of dialogues that it has where none is given.
    var trackerFeaturizer: TrackerFeaturizer.Kind {
        switch self {
        case .ted: .maxHistory
        case .unexpected: .intentMaxHistory
        }
    }

    /// The featurizer of states, which is named as the origin of what it makes.
    var stateFeaturizer: String {
        switch self {
        case .ted: "SingleStateFeaturizer"
        case .unexpected: "IntentTokenizerSingleStateFeaturizer"
        }
    }

    /// What a label is called by.
    var labelAttribute: TurnAttribute {
        switch self {
        case .ted: .actionName
        case .unexpected: .intent
        }
    }

    /// Options that the classes know without a default.
    static let otherOptions: Set<ExactString> = ["featurizer", "max_history"]

    var defaults: JSONObject {
        switch self {
        case .ted: Self.tedDefaults
        case .unexpected: Self.unexpectedDefaults
        }
    }
}

extension DialoguePolicy {
    /// The options of `TEDPolicy` in Rasa's order.
    private static let tedDefaults: JSONObject = [
        "hidden_layers_sizes": ["text": [], "action_text": [], "label_action_text": []],
        "dense_dimension": [
            "text": 128, "action_text": 128, "label_action_text": 128, "intent": 20, "action_name": 20,
            "label_action_name": 20, "entities": 20, "slots": 20, "active_loop": 20,
        ],
        "concat_dimension": ["text": 128, "action_text": 128, "label_action_text": 128],
        "encoding_dimension": 50,
        "transformer_size": ["text": 128, "action_text": 128, "label_action_text": 128, "dialogue": 128],
        "number_of_transformer_layers": ["text": 1, "action_text": 1, "label_action_text": 1, "dialogue": 1],
        "number_of_attention_heads": 4,
        "use_key_relative_attention": false,
        "use_value_relative_attention": false,
        "max_relative_position": 5,
        "unidirectional_encoder": false,
        "batch_size": [64, 256],
        "batch_strategy": "balanced",
        "epochs": 1,
        "random_seed": .null,
        "learning_rate": 0.001,
        "embedding_dimension": 20,
        "number_of_negative_examples": 20,
        "similarity_type": "auto",
        "loss_type": "cross_entropy",
        "ranking_length": 0,
        "renormalize_confidences": false,
        "maximum_positive_similarity": 0.8,
        "maximum_negative_similarity": -0.2,
        "use_maximum_negative_similarity": true,
        "scale_loss": true,
        "regularization_constant": 0.001,
        "negative_margin_scale": 0.8,
        "drop_rate_dialogue": 0.1,
        "drop_rate": 0.0,
        "drop_rate_label": 0.0,
        "drop_rate_attention": 0.0,
        "connection_density": 0.2,
        "use_sparse_input_dropout": true,
        "use_dense_input_dropout": true,
        "use_masked_language_model": false,
        "evaluate_every_number_of_epochs": 20,
        "evaluate_on_number_of_examples": 0,
        "tensorboard_log_directory": .null,
        "tensorboard_log_level": "epoch",
        "checkpoint_model": false,
        "e2e_confidence_threshold": 0.5,
        "featurizers": [],
        "entity_recognition": true,
        "constrain_similarities": false,
        "model_confidence": "softmax",
        "BILOU_flag": true,
        "split_entities_by_comma": true,
        "max_history": .null,
        "priority": 1,
        "use_gpu": true,
    ]

    /// The options of `UnexpecTEDIntentPolicy` in Rasa's order.
    private static let unexpectedDefaults: JSONObject = [
        "hidden_layers_sizes": ["text": []],
        "dense_dimension": [
            "text": 128, "intent": 20, "action_name": 20, "entities": 20, "slots": 20, "active_loop": 20,
            "label_intent": 20,
        ],
        "concat_dimension": ["text": 128],
        "encoding_dimension": 50,
        "transformer_size": ["text": 128, "dialogue": 128],
        "number_of_transformer_layers": ["text": 1, "dialogue": 1],
        "number_of_attention_heads": 4,
        "use_key_relative_attention": false,
        "use_value_relative_attention": false,
        "max_relative_position": 5,
        "unidirectional_encoder": false,
        "batch_size": [64, 256],
        "batch_strategy": "balanced",
        "epochs": 1,
        "random_seed": .null,
        "learning_rate": 0.001,
        "embedding_dimension": 20,
        "number_of_negative_examples": 20,
        "ranking_length": 10,
        "scale_loss": true,
        "regularization_constant": 0.001,
        "drop_rate_dialogue": 0.1,
        "drop_rate": 0.0,
        "drop_rate_label": 0.0,
        "drop_rate_attention": 0.0,
        "connection_density": 0.2,
        "use_sparse_input_dropout": true,
        "use_dense_input_dropout": true,
        "use_masked_language_model": false,
        "evaluate_every_number_of_epochs": 20,
        "evaluate_on_number_of_examples": 0,
        "tensorboard_log_directory": .null,
        "tensorboard_log_level": "epoch",
        "checkpoint_model": false,
        "featurizers": [],
        "ignore_intents_list": [],
        "tolerance": 0.0,
        "split_entities_by_comma": true,
        "similarity_type": "inner",
        "entity_recognition": false,
        "BILOU_flag": false,
        "loss_type": "cross_entropy",
        "priority": 2,
        "use_gpu": true,
    ]
}
