internal import JSON

/// What becomes of words that the training did not know (`OOV_token`, `OOV_words`).
struct UnknownWords: Sendable {
    /// The word that stands for them, as it is analysed.
    private let mark: [UInt8]
    /// The words it stands for; nil for all that are not in the vocabulary.
    private let listed: Set<[UInt8]>?

    /// Nil if nothing is replaced.
    init?(_ context: LoadingContext, _ vocabulary: Vocabulary, lowercases: Bool) throws(LoadError) {
        let settings = context.settings
        guard try settings.choice("analyzer", default: NGramAnalyzer.Unit.word) == .word,
            var mark = try settings.optionalText("OOV_token"), !mark.isEmpty
        else { return nil }
        // Only without stored words does Rasa make the token small before it looks for it in the vocabulary.
        var words = try context.json("oov_words.json", .list(.text))?.array?.compactMap(\.string) ?? []
        if words.isEmpty {
            words = try settings.texts("OOV_words")
            if lowercases {
                mark = Lowercasing.lowercased(mark)
                words = words.map { Lowercasing.lowercased($0) }
            }
        }
        if vocabulary.column(of: mark) != nil {
            listed = nil
        } else if !words.isEmpty {
            listed = Set(words.map { Array($0.utf8) })
        } else {
            return nil
        }
        self.mark = Array((lowercases ? Lowercasing.lowercased(mark) : mark).utf8)
    }

    /// Replaces the last word of some bytes if it is not known.
    func replace(_ words: inout [UInt8], from start: Int, vocabulary: Vocabulary) {
        let range = start..<words.count
        let isUnknown =
            listed.map { $0.contains(Array(words[range])) } ?? (vocabulary.column(of: words, in: range) == nil)
        guard isUnknown else { return }
        words.removeSubrange(range)
        words.append(contentsOf: mark)
    }
}
