/// The shape of a network of texts: DIET and response selectors.
package struct TextOptions: Sendable, Hashable {
    package var learning = LearningOptions()
    package var similarity = SimilarityOptions()
    package var text = EncoderOptions()
    /// The layers of the label side. Its transformer and dense sizes count only with ``labelsAreTexts``.
    package var label = EncoderOptions()
    /// Whether there is a label to be told (`intent_classification`).
    package var classifies = true
    /// Whether there are tags to be told (`entity_recognition`); which ones, the examples' tag sets say.
    package var tags = true
    /// Whether labels are texts with layers like those of messages (`use_text_as_label`).
    package var labelsAreTexts = false
    /// Whether words are hidden and guessed too (`use_masked_language_model`).
    package var guessesWords = false
    /// What reports call the share of examples that have the right label: `i_acc`, or `r_acc` of response selectors.
    package var labelFigure = "i_acc"

    package init() {}
}

/// The layers that encode a text, or one attribute of a turn.
package struct EncoderOptions: Sendable, Hashable {
    /// The width of rows that are made of sparse features (`dense_dimension`).
    package var denseDimension = 128
    /// The width to which token and sentence rows are brought where they differ (`concat_dimension`).
    package var concatDimension = 128
    /// The widths of the layers before the transformer (`hidden_layers_sizes`).
    package var hidden: [Int] = []
    package var transformer = TransformerOptions()
    /// The share of a kernel's entries that may be other than zero (`connection_density`); 1 for all.
    package var density = 0.2
    package var dropout = DropoutOptions()

    package init() {}
}

/// A transformer; `layers` 0 for none.
package struct TransformerOptions: Sendable, Hashable {
    /// `number_of_transformer_layers`
    package var layers = 2
    /// `transformer_size`
    package var units = 256
    /// `number_of_attention_heads`
    package var heads = 4
    /// `use_key_relative_attention`
    package var usesRelativeKeys = false
    /// `use_value_relative_attention`
    package var usesRelativeValues = false
    /// `max_relative_position`; nil for none, which Rasa refuses together with relative attention.
    package var reach: Int?
    /// Whether later rows are not seen (`unidirectional_encoder`).
    package var isUnidirectional = false

    package init() {}
}

/// What is left out at random while learning, as a share from 0 to below 1.
package struct DropoutOptions: Sendable, Hashable {
    /// Of the numbers between layers (`drop_rate`).
    package var rate: Float = 0.2
    /// Of the looks from row to row (`drop_rate_attention`).
    package var attention: Float = 0
    /// Whether nonzeros of sparse features are dropped by `rate` (`use_sparse_input_dropout`).
    package var dropsSparseInput = true
    /// Whether rows made of sparse features are dropped by `rate` (`use_dense_input_dropout`).
    package var dropsDenseInput = true

    package init() {}
}
