package struct Token: Sendable, Hashable {
    /// The word's bytes in the text.
    package var bytes: Range<Int>
    /// The word's scalars in the text.
    package var scalars: Range<Int>
    /// The bytes of the word that counts for word features: that of the tokenizer before `token_pattern` split it.
    var lemma: Range<Int>
}
