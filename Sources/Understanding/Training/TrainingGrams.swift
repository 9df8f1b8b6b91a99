import ExactText
package import JSON

/// Cuts documents of training data into n-grams, as a `CountVectorsFeaturizer` of this configuration will cut messages.
package struct TrainingGrams {
    /// Whether n-grams consist of words rather than characters.
    package let isOfWords: Bool
    /// Whether all attributes of messages share one vocabulary.
    package let sharesVocabulary: Bool
    /// Whether the words that count are those before `token_pattern` split them.
    package let usesLemma: Bool
    /// Words that are replaced by ``unknownWord`` in training.
    package let unknownWords: [String]
    /// The word that stands for words that are not known.
    package let unknownWord: String?
    private let analyzer: NGramAnalyzer
    private let preparation: WordPreparation
    private let accents: AccentStripping?

    /// - Parameters:
    ///   - config: What the pipeline says about the component.
    ///   - node: The component's name, for errors.
    package init(_ config: JSONObject, node: String) throws(LoadError) {
        let settings = Settings(node: node, values: config)
        analyzer = try CountVectorsFeaturizer.analyzer(settings)
        isOfWords = analyzer.unit == .word
        sharesVocabulary = try settings.bool("use_shared_vocab", default: false)
        usesLemma = try settings.bool("use_lemma", default: true)
        let lowercases = try settings.bool("lowercase", default: true)
        preparation = WordPreparation(lowercases: lowercases)
        accents = try settings.optionalChoice("strip_accents")
        let mark = try settings.optionalText("OOV_token")
        unknownWord = lowercases ? mark.map { Lowercasing.lowercased($0) } : mark
        let words = try settings.texts("OOV_words")
        unknownWords =
            mark == nil ? [] : lowercases ? words.map { Lowercasing.lowercased($0) } : words
    }

    /// Words as they are before they are counted: numbers as one mark, in lower case, unknown ones replaced.
    package func prepared(_ words: [String]) -> [String] {
        let listed = Set<ExactString>(unknownWords)
        return words.map { word in
            let bytes = Array(word.utf8)
            var output: [UInt8] = []
            preparation.append(bytes, in: 0..<bytes.count, to: &output)
            let text = String(decoding: output, as: UTF8.self)
            if isOfWords, let unknownWord, listed.contains(text) { return unknownWord }
            return text
        }
    }

    /// The n-grams of a document.
    package func grams(of document: String) -> [String] {
        var bytes = Array((preparation.lowercases ? Lowercasing.lowercased(document) : document).utf8)
        if let accents { bytes = accents.strip(bytes[...]) }
        var grams: [String] = []
        analyzer.forEachGram(in: bytes, 0..<bytes.count) { bytes, range, _ in
            grams.append(String(decoding: bytes[range], as: UTF8.self))
        }
        return grams
    }
}
