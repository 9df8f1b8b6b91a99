import ExactText

/// One property of a word with the columns of its values.
struct LexicalFeature: Sendable {
    private enum Kind: Sendable {
        case low, title, upper, digit, first, last
        /// Without a part-of-speech tagger, always the same.
        case constant
        case prefix(Int)
        case suffix(Int)
    }

    private let kind: Kind
    private let values: Vocabulary
    private let ifTrue: Int32?
    private let ifFalse: Int32?

    /// A feature by its name in a configuration; nil if there is none of this name.
    init?(_ name: String, _ values: Vocabulary) {
        let kinds: [ExactString: Kind] = [
            "low": .low, "title": .title, "upper": .upper, "digit": .digit, "BOS": .first, "EOS": .last,
            "pos": .constant, "pos2": .constant, "prefix5": .prefix(5), "prefix2": .prefix(2), "suffix5": .suffix(5),
            "suffix3": .suffix(3), "suffix2": .suffix(2), "suffix1": .suffix(1),
        ]
        guard let kind = kinds[name] else { return nil }
        self.kind = kind
        self.values = values
        ifTrue = values.column(of: "True")
        if case .constant = kind {
            ifFalse = values.column(of: "None")
        } else {
            ifFalse = values.column(of: "False")
        }
    }

    /// The column of the value that a word has; nil if the value was not seen in training.
    func column(
        of word: Range<Int>, in bytes: [UInt8], shape: WordShape, isFirst: Bool, isLast: Bool
    ) -> Int32? {
        switch kind {
        case .low: return shape.isLower ? ifTrue : ifFalse
        case .title: return shape.isTitle ? ifTrue : ifFalse
        case .upper: return shape.isUpper ? ifTrue : ifFalse
        case .digit: return shape.isDigit ? ifTrue : ifFalse
        case .first: return isFirst ? ifTrue : ifFalse
        case .last: return isLast ? ifTrue : ifFalse
        case .constant: return ifFalse
        case .prefix(let count):
            let end = UTF8Reading.end(ofFirst: count, in: word, of: bytes)
            return values.column(of: bytes, in: word.lowerBound..<end)
        case .suffix(let count):
            let start = UTF8Reading.start(ofLast: count, in: word, of: bytes)
            return values.column(of: bytes, in: start..<word.upperBound)
        }
    }
}
