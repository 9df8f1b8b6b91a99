import Testing

@testable import Training

/// After names that were recorded from trainings of Rasa 3.6.21; numbers are those that these few layers have.
@Suite("Variables are shown by Keras' names")
struct KerasNamesTests {
    private func check(_ expected: [(path: String, name: String)]) {
        let names = KerasNames(expected.map(\.path))
        for (path, name) in expected { #expect(names[path] == name) }
    }

    @Test func ofTexts() {
        let transformer = "sequence_layer.text/_tf_layers/transformer"
        let encoder = "rasa_sequence_layer_text/text_encoder"
        let features = "rasa_sequence_layer_text/rasa_feature_combining_layer_text"
        check([
            (
                "sequence_layer.text/_tf_layers/feature_combining/_tf_layers/sparse_dense.sequence/_tf_layers"
                    + "/sparse_to_dense/kernel",
                "\(features)/concatenate_sparse_dense_features_text_sequence/sparse_to_dense.text_sequence/kernel_0"
            ), ("\(transformer)/_embedding/kernel", "\(encoder)/randomly_connected_dense/kernel_0"),
            ("\(transformer)/_embedding/kernel_mask", "\(encoder)/randomly_connected_dense/kernel_mask_0"),
            (
                "\(transformer)/_enc_layers/0/_layer_norm/gamma",
                "\(encoder)/transformer_encoder_layer/layer_normalization/gamma_0"
            ),
            (
                "\(transformer)/_enc_layers/0/_mha/_query_dense_layer/kernel",
                "\(encoder)/transformer_encoder_layer/multi_head_attention/randomly_connected_dense_1/kernel_0"
            ),
            (
                "\(transformer)/_enc_layers/0/_mha/_output_dense_layer/bias",
                "\(encoder)/transformer_encoder_layer/multi_head_attention/randomly_connected_dense_2/bias_0"
            ),
            (
                "\(transformer)/_enc_layers/0/_ffn_layers/0/beta",
                "\(encoder)/transformer_encoder_layer/layer_normalization_1/beta_0"
            ),
            (
                "\(transformer)/_enc_layers/0/_ffn_layers/3/bias",
                "\(encoder)/transformer_encoder_layer/randomly_connected_dense_3/bias_0"
            ), ("\(transformer)/_layer_norm/gamma", "\(encoder)/layer_normalization_2/gamma_0"),
            (
                "feature_combining_layer.label/_tf_layers/sparse_dense.sequence/_tf_layers/sparse_to_dense/bias",
                "rasa_feature_combining_layer_label/concatenate_sparse_dense_features_label_sequence"
                    + "/sparse_to_dense.label_sequence/bias_0"
            ), ("embed.text/_dense/kernel", "embed_text/embed_layer_text/kernel_0"),
            ("embed.entity.logits/_dense/bias", "embed_logits.entity/embed_layer_logits.entity/bias_0"),
            ("crf.entity/transitions", "crf/transitions_0"),
        ])
    }

    @Test func ofSelectors() {
        check([
            ("ffnn.label/_ffn_layers/0/kernel", "ffnn_label/hidden_layer_label_0/kernel_0"),
            ("ffnn.label/_ffn_layers/2/bias", "ffnn_label/hidden_layer_label_1/bias_0"),
            (
                "sequence_layer.text/_tf_layers/ffnn/_ffn_layers/2/kernel",
                "rasa_sequence_layer_text/ffnn_text/hidden_layer_text_1/kernel_0"
            ),
        ])
    }

    @Test func ofDialogues() {
        let concatenation = "_tf_layers/sparse_to_dense/kernel"
        check([
            ("encoding_layer.intent/_ffn_layers/0/bias", "cond_2/ffnn_intent/hidden_layer_intent_0/bias_0"),
            (
                "sparse_dense_concat_layer.action_name/\(concatenation)",
                "cond/concatenate_sparse_dense_features_action_name_sentence/sparse_to_dense.action_name_sentence"
                    + "/kernel_0"
            ),
            (
                "sparse_dense_concat_layer.entities/\(concatenation)",
                "cond_1/concatenate_sparse_dense_features_entities_sentence/sparse_to_dense.entities_sentence/kernel_0"
            ),
            (
                "encoding_layer.label_action_name/_ffn_layers/0/kernel_mask",
                "ffnn_label_action_name/hidden_layer_label_action_name_0/kernel_mask_0"
            ),
            ("transformer.dialogue/_embedding/bias", "dialogue_encoder/randomly_connected_dense/bias_0"),
            ("embed.dialogue/_dense/bias", "embed_dialogue/embed_layer_dialogue/bias_0"),
            ("crf.entity/transitions", "cond_3/crf/transitions_0"),
            ("embed.entity.logits/_dense/bias", "cond_3/embed_logits.entity/embed_layer_logits.entity/bias_0"),
        ])
    }

    @Test func layersAreCountedThroughAllTransformers() {
        check([
            (
                "sequence_layer.text/_tf_layers/transformer/_enc_layers/0/_mha/_key_dense_layer/kernel",
                "cond/rasa_sequence_layer_text/text_encoder/transformer_encoder_layer/multi_head_attention"
                    + "/randomly_connected_dense/kernel_0"
            ),
            (
                "transformer.dialogue/_enc_layers/0/_mha/_key_dense_layer/kernel",
                "dialogue_encoder/transformer_encoder_layer_1/multi_head_attention_1/randomly_connected_dense_1/kernel_0"
            ),
            (
                "transformer.dialogue/_enc_layers/1/_mha/_key_dense_layer/kernel",
                "dialogue_encoder/transformer_encoder_layer_2/multi_head_attention_2/randomly_connected_dense_2/kernel_0"
            ), ("embed.dialogue/_dense/bias", "embed_dialogue/embed_layer_dialogue/bias_0"),
        ])
    }

    @Test func anUnknownVariableKeepsItsPath() { #expect(KerasNames(["a"])["b/c"] == "b/c") }
}
