/// The shape of a network of dialogues: TED and UnexpecTED.
package struct DialogueOptions: Sendable, Hashable {
    /// What is told of a dialogue.
    package enum Aim: Sendable, Hashable {
        /// The one label that follows (TED's action).
        case one
        /// Which labels can follow at all (UnexpecTED's intents).
        case several
    }

    package var aim = Aim.one
    package var learning = LearningOptions()
    package var similarity = SimilarityOptions()
    /// The encoders of attributes and, by `.label(…)`, of the labels. Of those that are no texts only `denseDimension`,
    /// `density` and `dropout` count.
    package var encoders: [EncodedAttribute: EncoderOptions] = [:]
    /// The width of encoded intents, actions and texts (`encoding_dimension`).
    package var encodingDimension = 50
    /// The layers between encodings and transformer (`hidden_layers_sizes.dialogue` is not among Rasa's options).
    package var transformer = TransformerOptions()
    /// Of the numbers between the transformer's layers (`drop_rate_dialogue`).
    package var dropout: Float = 0.1
    /// `drop_rate_label`
    package var labelDropout: Float = 0
    /// Of the transformer's looks from turn to turn (`drop_rate_attention`).
    package var attentionDropout: Float = 0
    package var density = 0.2
    /// Whether the dialogue is read from the latest turn back (`MaxHistoryTrackerFeaturizer`), or from its begin with a
    /// unidirectional transformer (`FullDialogueTrackerFeaturizer`).
    package var readsBackwards = true
    /// Whether entities of texts are told too (`entity_recognition`, end to end only).
    package var tags = false

    package init() {}
}
