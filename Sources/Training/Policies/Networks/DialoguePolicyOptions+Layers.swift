import JSON
import Networks

extension DialoguePolicyOptions {
    /// Reads widths, transformers and dropout of all attributes. What a group does not name is not checked: an
    /// attribute that does not occur needs no width.
    static func readLayers(
        _ options: OptionReader, _ policy: DialoguePolicy, _ network: inout DialogueOptions
    ) throws(TrainingError) {
        network.encodingDimension = try options.whole("encoding_dimension")
        network.dropout = try options.rate("drop_rate_dialogue")
        network.labelDropout = try options.rate("drop_rate_label")
        network.attentionDropout = try options.rate("drop_rate_attention")
        network.density = Double(try options.number("connection_density", in: 0...1, "a number from 0 to 1"))
        network.transformer = try transformer(options, "dialogue")
        try check(network.transformer, options, "dialogue")
        network.transformer.isUnidirectional = false
        for attribute in TurnAttribute.allCases {
            network.encoders[.turn(attribute)] = try encoder(options, attribute.rawValue, attribute, isLabel: false)
        }
        let labels: [TurnAttribute] = policy == .ted ? [.actionName, .actionText] : [.intent]
        for attribute in labels {
            network.encoders[.label(attribute)] = try encoder(
                options, "label_\(attribute.rawValue)", attribute, isLabel: true)
        }
    }

    private static func encoder(
        _ options: OptionReader, _ name: String, _ attribute: TurnAttribute, isLabel: Bool
    ) throws(TrainingError) -> EncoderOptions {
        var encoder = EncoderOptions()
        encoder.denseDimension = try options.whole("dense_dimension", name) ?? (attribute.isText ? 128 : 20)
        encoder.density = Double(try options.number("connection_density", in: 0...1, "a number from 0 to 1"))
        encoder.dropout = DropoutOptions()
        encoder.dropout.rate = try options.rate("drop_rate")
        encoder.dropout.attention = try options.rate("drop_rate_attention")
        encoder.dropout.dropsSparseInput = !isLabel && options.flag("use_sparse_input_dropout")
        encoder.dropout.dropsDenseInput = !isLabel && options.flag("use_dense_input_dropout")
        guard attribute.isText else { return encoder }
        encoder.concatDimension = try options.whole("concat_dimension", name) ?? 128
        encoder.hidden = try options.widths("hidden_layers_sizes", name)
        encoder.transformer = try transformer(options, name)
        return encoder
    }

    private static func transformer(
        _ options: OptionReader, _ part: String
    ) throws(TrainingError) -> TransformerOptions {
        var transformer = TransformerOptions()
        transformer.layers = try options.whole("number_of_transformer_layers", part, from: 0) ?? 1
        transformer.units = try options.whole("transformer_size", part) ?? 128
        transformer.heads = try options.whole("number_of_attention_heads")
        transformer.usesRelativeKeys = options.flag("use_key_relative_attention")
        transformer.usesRelativeValues = options.flag("use_value_relative_attention")
        transformer.isUnidirectional = options.flag("unidirectional_encoder")
        if transformer.usesRelativeKeys || transformer.usesRelativeValues {
            transformer.reach = try options.whole("max_relative_position")
        }
        return transformer
    }

    /// Checks what only matters where there is something to look at.
    private static func check(
        _ transformer: TransformerOptions, _ options: OptionReader, _ part: String
    ) throws(TrainingError) {
        guard transformer.layers == 0 || transformer.units.isMultiple(of: transformer.heads) else {
            throw options.wrong(
                "transformer_size", found: .int(transformer.units), part: part,
                "a multiple of 'number_of_attention_heads' (\(transformer.heads))")
        }
    }

    /// Checks what the layers of texts need, where there are texts.
    func checkTexts(of examples: DialogueExamples) throws(TrainingError) {
        let turns = TurnAttribute.allCases.filter { attribute in
            attribute.isText && examples.turns.contains { $0.attributes[attribute] != nil }
        }
        for attribute in turns {
            try Self.check(network.encoders[.turn(attribute)]?.transformer ?? .init(), options, attribute.rawValue)
        }
        if examples.labels.contains(where: { $0[.actionText] != nil }) {
            try Self.check(
                network.encoders[.label(.actionText)]?.transformer ?? .init(), options, "label_action_text")
        }
        if turns.contains(.text), options.flag("use_masked_language_model") {
            throw options.wrong("use_masked_language_model", "false: Parley does not hide words of stories")
        }
    }
}
