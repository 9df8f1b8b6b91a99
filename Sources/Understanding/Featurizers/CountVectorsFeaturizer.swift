internal import JSON
internal import ModelArchive

/// Counts the n-grams of each word and of the whole text (Rasa's `CountVectorsFeaturizer`).
struct CountVectorsFeaturizer: Component {
    /// What was learnt about one kind of text.
    private struct Table: Sendable {
        let vocabulary: Vocabulary
        let unknownWords: UnknownWords?
    }

    private let origin: Int
    /// By what the text is; those that the component was not trained on are missing.
    private let tables: [TextFeaturizer.Attribute: Table]
    private let analyzer: NGramAnalyzer
    private let preparation: WordPreparation
    private let accents: AccentStripping?
    private let usesLemma: Bool

    init(_ context: inout LoadingContext) throws(LoadError) {
        let settings = context.settings
        let lowercases = try settings.bool("lowercase", default: true)
        preparation = WordPreparation(lowercases: lowercases)
        usesLemma = try settings.bool("use_lemma", default: true)
        accents = try settings.optionalChoice("strip_accents")
        analyzer = try Self.analyzer(settings)
        var tables: [TextFeaturizer.Attribute: Table] = [:]
        // Names are counted by words only.
        for attribute in context.attributes where analyzer.unit == .word || !attribute.isName {
            guard let vocabulary = try Self.vocabulary(context, of: attribute) else { continue }
            tables[attribute] = Table(
                vocabulary: vocabulary,
                unknownWords: try UnknownWords(context, vocabulary, lowercases: lowercases))
        }
        self.tables = tables
        let width = tables[.text]?.vocabulary.count ?? 0
        origin = try context.addFeatures(sequence: width, sentence: width)
    }

    static func analyzer(_ settings: Settings) throws(LoadError) -> NGramAnalyzer {
        let unit = try settings.choice("analyzer", default: NGramAnalyzer.Unit.word)
        let (least, most) = (try settings.int("min_ngram", default: 1), try settings.int("max_ngram", default: 1))
        guard least >= 1, most >= least else {
            throw LoadError(
                .badSetting, "Node \(settings.node): 'min_ngram' \(least) and 'max_ngram' \(most) are no range from 1.")
        }
        var stopWords = try settings.texts("stop_words")
        if settings.values["stop_words"]?.string != nil {
            guard stopWords == ["english"] else {
                throw LoadError(
                    .badSetting, "Node \(settings.node): 'stop_words' must be 'english' or a list of words.")
            }
            stopWords = EnglishStopWords.all
        }
        return NGramAnalyzer(unit: unit, lengths: least...most, stopWords: Set(stopWords.map { Array($0.utf8) }))
    }

    private static func vocabulary(
        _ context: LoadingContext, of attribute: TextFeaturizer.Attribute
    ) throws(LoadError) -> Vocabulary? {
        let file = "vocabularies.json"
        let isShared = try context.settings.bool("use_shared_vocab", default: false)
        let columns = FileShape.map(.whole)
        guard let json = try context.json(file, isShared ? columns : .map(.optional(columns))) else { return nil }
        guard let members = (isShared ? json : json[attribute.rawValue])?.object, !members.isEmpty else { return nil }
        guard let vocabulary = Vocabulary(members, columns: 0..<members.count) else {
            throw context.bad(file, "has an n-gram whose column is not a whole number below the number of n-grams")
        }
        return vocabulary
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        guard let table = tables[message.attribute], !message.tokens.isEmpty else { return }
        let vocabulary = table.vocabulary
        let isName = message.attribute.isName
        var sequence = SparseRows(columns: vocabulary.count)
        var sentence = SparseRows(columns: vocabulary.count)
        var words: [UInt8] = []
        scratch.counter.prepare(columns: vocabulary.count)
        for (index, token) in message.tokens.enumerated() {
            if index > 0 { words.append(0x20) }
            let start = words.count
            let word = usesLemma ? token.lemma : token.bytes
            if isName {
                words.append(contentsOf: message.text.bytes[word])
            } else {
                preparation.append(message.text.bytes, in: word, to: &words)
            }
            table.unknownWords?.replace(&words, from: start, vocabulary: vocabulary)
            if isName, preparation.lowercases {
                // Only the analysis makes names small.
                let name = Array(words[start...])
                words.removeSubrange(start...)
                Lowercasing.append(name, in: name.indices, to: &words)
            }
            count(words, start..<words.count, vocabulary, &scratch.counter)
            scratch.counter.endRow(of: &sequence)
        }
        guard !isName else {
            message.add(FeatureBlock(origin: origin, sequence: sequence, sentence: nil))
            return
        }
        if analyzer.isAdditive {
            for (column, value) in zip(sequence.indices, sequence.values) { scratch.counter.add(column, Int32(value)) }
        } else {
            count(words, 0..<words.count, vocabulary, &scratch.counter)
        }
        scratch.counter.endRow(of: &sentence)
        message.add(FeatureBlock(origin: origin, sequence: sequence, sentence: sentence))
    }

    private func count(
        _ bytes: [UInt8], _ range: Range<Int>, _ vocabulary: Vocabulary, _ counter: inout ColumnCounter
    ) {
        guard let accents else {
            analyzer.forEachGram(in: bytes, range) { bytes, gram, hash in
                if let column = vocabulary.column(of: bytes, in: gram, hash: hash) { counter.add(column) }
            }
            return
        }
        let stripped = accents.strip(bytes[range])
        analyzer.forEachGram(in: stripped, 0..<stripped.count) { bytes, gram, hash in
            if let column = vocabulary.column(of: bytes, in: gram, hash: hash) { counter.add(column) }
        }
    }
}
