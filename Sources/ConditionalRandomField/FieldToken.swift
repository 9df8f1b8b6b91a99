import ExactText
import TextFeatures

/// A word as a conditional random field sees it.
package struct FieldToken {
    /// The word's bytes.
    let bytes: [UInt8]
    /// The word in small letters.
    let lowercased: [UInt8]
    let shape: WordShape
    /// The part of speech; always nil without a tagger for it.
    package var partOfSpeech: String?
    /// Which patterns of `RegexFeaturizer` are found in the word, by name.
    package var patterns: [(name: String, isFound: Bool)] = []
    /// The values of dense features.
    package var dense: [Double] = []
    /// The tag of the word's entity, for the fields that look at it.
    package var entityTag = Tag.none.name.string

    /// A word of a text.
    package init(_ text: [UInt8], in range: Range<Int>) {
        bytes = Array(text[range])
        shape = WordShape(of: text, in: range)
        var lowercased: [UInt8] = []
        Lowercasing.append(text, in: range, to: &lowercased)
        self.lowercased = lowercased
    }
}
