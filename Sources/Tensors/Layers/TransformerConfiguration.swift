/// What the shapes of a transformer's weights do not tell.
package struct TransformerConfiguration: Sendable, Hashable {
    /// Attention heads (`number_of_attention_heads`); Rasa's default is 4.
    package var heads: Int
    /// Whether rows see only themselves and earlier ones (`unidirectional_encoder`; always so in dialogues of a
    /// full-dialogue featurizer).
    package var unidirectional: Bool

    package init(heads: Int = 4, unidirectional: Bool = false) {
        self.heads = heads
        self.unidirectional = unidirectional
    }
}
