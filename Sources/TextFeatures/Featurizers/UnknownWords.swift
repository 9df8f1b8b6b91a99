import ExactText
import JSON
import PythonSemantics

/// What becomes of words that the training did not know (`OOV_token`, `OOV_words`).
struct UnknownWords: Sendable {
    enum Words: Sendable, Hashable {
        case listed(Set<[UInt8]>)
        /// Rasa takes a text for the list of its characters where it makes letters small, and for all parts of it else.
        case partsOf([UInt8])

        func contains(_ word: some Collection<UInt8>) -> Bool {
            switch self {
            case .listed(let words): words.contains(Array(word))
            case .partsOf(let text): text.contains(word)
            }
        }
    }

    /// The word that stands for others, as it is looked for in the vocabulary.
    private let mark: String
    /// The same as it is analysed.
    private let analyzed: [UInt8]
    private let words: Words?

    /// Nil where nothing is replaced.
    ///
    /// - Parameter stored: The words as training has stored them; nil in training.
    init?(
        _ options: ComponentOptions, stored: JSON?, isOfWords: Bool, lowercases: Bool
    ) throws(LoadError) {
        guard let token = options["OOV_token"], token.isPythonTrue else { return nil }
        guard let mark = token.string else { throw options.refuse("OOV_token", "a string, or null for none") }
        analyzed = Array((lowercases ? Lowercasing.lowercased(mark) : mark).utf8)
        if let stored, stored.isPythonTrue {
            // Only without stored words does Rasa make the token small before it looks for it in the vocabulary.
            self.mark = mark
            words = Self.words(stored)
        } else {
            self.mark = lowercases ? Lowercasing.lowercased(mark) : mark
            words = Self.words(try Self.list(options, lowercases: lowercases))
        }
        guard isOfWords else { return nil }
    }

    /// `OOV_words` as Rasa stores them.
    static func list(_ options: ComponentOptions, lowercases: Bool) throws(LoadError) -> JSON {
        let written = options["OOV_words"] ?? []
        guard lowercases, written.isPythonTrue, options["OOV_token"]?.isPythonTrue == true else { return written }
        let elements: [JSON]
        switch written {
        case .array(let list): elements = list
        case .object(let members): elements = members.keys.map { JSON.string($0.string) }
        case .string(let text): elements = text.unicodeScalars.map { .string(String($0)) }
        default: throw options.refuse("OOV_words", "a list of words")
        }
        var words: [JSON] = []
        for element in elements {
            guard let word = element.string else { throw options.refuse("OOV_words", "a list of words") }
            words.append(.string(Lowercasing.lowercased(word)))
        }
        return .array(words)
    }

    private static func words(_ json: JSON) -> Words? {
        switch json {
        case .array(let elements) where !elements.isEmpty:
            .listed(Set(elements.compactMap { $0.string.map { Array($0.utf8) } }))
        case .object(let members) where !members.isEmpty: .listed(Set(members.keys.map { Array($0.utf8) }))
        case .string(let text) where !text.isEmpty: .partsOf(Array(text.utf8))
        default: nil
        }
    }

    /// How words of messages are replaced; nil if none are.
    func inMessages(_ vocabulary: Vocabulary) -> Replacement? {
        if vocabulary.column(of: mark) != nil { return Replacement(mark: analyzed, words: nil) }
        return inTraining
    }

    /// How words are replaced before there is a vocabulary; nil if none are.
    var inTraining: Replacement? { words.map { Replacement(mark: analyzed, words: $0) } }

    /// Words that are replaced, by what.
    struct Replacement: Sendable {
        let mark: [UInt8]
        /// Nil for all that are not in the vocabulary.
        fileprivate let words: Words?

        /// Replaces the last word of some bytes if it is not known.
        func replace(_ output: inout [UInt8], from start: Int, vocabulary: Vocabulary?) {
            let range = start..<output.count
            let isUnknown =
                words.map { $0.contains(output[range]) }
                ?? (vocabulary.map { $0.column(of: output, in: range) == nil } ?? false)
            guard isUnknown else { return }
            output.removeSubrange(range)
            output.append(contentsOf: mark)
        }
    }
}
