import ExactText
import JSON
import ModelArchive

/// Counts the n-grams of each word and of the whole text (Rasa's `CountVectorsFeaturizer`).
struct CountVectorsFeaturizer: Component {
    /// What was learnt about one kind of text.
    private struct Table: Sendable {
        let vocabulary: Vocabulary
        let unknownWords: UnknownWords.Replacement?
    }

    private let origin: Int
    /// By what the text is; those that the component was not trained on are missing.
    private let tables: [TextFeaturizer.Attribute: Table]
    private let analyzer: NGramAnalyzer
    private let preparation: WordPreparation
    private let accents: AccentStripping?
    private let usesLemma: Bool

    init(_ context: inout LoadingContext) throws(LoadError) {
        let options = context.options
        let lowercases = options.flag("lowercase", default: true)
        preparation = WordPreparation(lowercases: lowercases)
        usesLemma = options.flag("use_lemma", default: true)
        accents = try options.optionalChoice("strip_accents")
        analyzer = try Self.analyzer(options)
        let unknownWords = try UnknownWords(
            options, stored: try context.json("oov_words.json", .anything), isOfWords: analyzer.unit == .word,
            lowercases: lowercases)
        var tables: [TextFeaturizer.Attribute: Table] = [:]
        // Names are counted by words only.
        for attribute in context.attributes where analyzer.unit == .word || !attribute.isName {
            guard let vocabulary = try Self.vocabulary(context, of: attribute) else { continue }
            tables[attribute] = Table(
                vocabulary: vocabulary,
                unknownWords: unknownWords?.inMessages(vocabulary))
        }
        self.tables = tables
        let width = tables[.text]?.vocabulary.count ?? 0
        origin = context.addFeatures(sequence: width, sentence: width)
    }

    static func analyzer(_ options: ComponentOptions) throws(LoadError) -> NGramAnalyzer {
        let unit = try options.choice("analyzer", default: NGramAnalyzer.Unit.word)
        return NGramAnalyzer(
            unit: unit, lengths: try lengths(options, unit), stopWords: unit == .word ? try stopWords(options) : [])
    }

    private static func lengths(
        _ options: ComponentOptions, _ unit: NGramAnalyzer.Unit
    ) throws(LoadError) -> ClosedRange<Int> {
        let minimum = try options.number("min_ngram", default: 1)
        let maximum = try options.number("max_ngram", default: 1)
        guard minimum <= maximum else {
            throw LoadError(
                .badSetting, "Node \(options.node): 'min_ngram' \(minimum) is larger than 'max_ngram' \(maximum).")
        }
        // Of single words, scikit-learn does not look at the least length.
        if unit == .word, maximum == 1 { return 1...1 }
        let lengths = (try options.integer("min_ngram", default: 1), try options.integer("max_ngram", default: 1))
        guard lengths.0 >= 0 else { throw options.refuse("min_ngram", "a whole number from 0") }
        return lengths.0...lengths.1
    }

    private static func stopWords(_ options: ComponentOptions) throws(LoadError) -> Set<[UInt8]> {
        var words: [JSON] = []
        switch options["stop_words"] {
        case nil, .null: break
        case "english": return Set(EnglishStopWords.all.map { Array($0.utf8) })
        case .array(let elements): words = elements
        case .object(let members): words = members.keys.map { JSON.string($0.string) }
        default: throw options.refuse("stop_words", "'english', a list of words, or null for none")
        }
        return Set(words.compactMap { $0.string.map { Array($0.utf8) } })
    }

    private static func vocabulary(
        _ context: LoadingContext, of attribute: TextFeaturizer.Attribute
    ) throws(LoadError) -> Vocabulary? {
        let file = "vocabularies.json"
        let isShared = context.options.flag("use_shared_vocab", default: false)
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
        words.reserveCapacity(message.text.bytes.count)
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
