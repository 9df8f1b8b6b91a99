import ExactText

/// A word as a conditional random field sees it.
struct FieldToken {
    /// The word's bytes.
    let bytes: [UInt8]
    /// The word in small letters.
    let lowercased: [UInt8]
    let shape: WordShape
    /// The part of speech; always nil without a tagger for it.
    var partOfSpeech: String?
    /// Which patterns of `RegexFeaturizer` are found in the word, by name.
    var patterns: [(name: String, isFound: Bool)] = []
    /// The values of dense features.
    var dense: [Double] = []
    /// The tag of the word's entity, for the fields that look at it.
    var entityTag = Tag.none.name.string

    /// A word of a text.
    init(_ text: [UInt8], in range: Range<Int>) {
        bytes = Array(text[range])
        shape = WordShape(of: text, in: range)
        var lowercased: [UInt8] = []
        Lowercasing.append(text, in: range, to: &lowercased)
        self.lowercased = lowercased
    }
}
