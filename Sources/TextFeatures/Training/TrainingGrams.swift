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
    /// The words that are replaced by the one that stands for unknown words, as the archive stores them.
    package let unknownWords: JSON
    private let replacement: UnknownWords.Replacement?
    private let analyzer: NGramAnalyzer
    private let preparation: WordPreparation
    private let accents: AccentStripping?

    /// - Parameters:
    ///   - config: What the pipeline says about the component.
    ///   - node: The component's name, for errors.
    package init(_ config: JSONObject, node: String) throws(LoadError) {
        let options = ComponentOptions(node: node, values: config)
        analyzer = try CountVectorsFeaturizer.analyzer(options)
        isOfWords = analyzer.unit == .word
        sharesVocabulary = options.flag("use_shared_vocab", default: false)
        usesLemma = options.flag("use_lemma", default: true)
        let lowercases = options.flag("lowercase", default: true)
        preparation = WordPreparation(lowercases: lowercases)
        accents = try options.optionalChoice("strip_accents")
        unknownWords = try UnknownWords.list(options, lowercases: lowercases)
        replacement = try UnknownWords(
            options, stored: nil, isOfWords: isOfWords, lowercases: lowercases)?.inTraining
    }

    /// Words as they are before they are counted: numbers as one mark, in lower case, unknown ones replaced.
    package func prepared(_ words: [String]) -> [String] {
        words.map { word in
            let bytes = Array(word.utf8)
            var output: [UInt8] = []
            preparation.append(bytes, in: 0..<bytes.count, to: &output)
            replacement?.replace(&output, from: 0, vocabulary: nil)
            return String(decoding: output, as: UTF8.self)
        }
    }

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
