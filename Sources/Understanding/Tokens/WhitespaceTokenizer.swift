internal import JSON

/// Splits a text into words (Rasa's `WhitespaceTokenizer`).
struct WhitespaceTokenizer: Component {
    private let pattern: Pattern?
    /// What the parts of names are separated by; nil if names are one word.
    private let nameSeparator: [UInt8]?

    init(_ context: inout LoadingContext) throws(LoadError) {
        let expression = try context.settings.optionalText("token_pattern")
        pattern = try expression.flatMap { (text) throws(LoadError) in
            text.isEmpty ? nil : try context.pattern(text)
        }
        let separator = try context.settings.optionalText("intent_split_symbol") ?? "_"
        let splitsNames = try context.settings.bool("intent_tokenization_flag", default: false)
        nameSeparator = splitsNames && !separator.isEmpty ? Array(separator.utf8) : nil
    }

    /// A tokenizer with a `token_pattern` or without.
    init(pattern: Pattern?) {
        self.pattern = pattern
        nameSeparator = nil
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        guard !message.attribute.isName else {
            message.tokens = parts(of: message.text)
            return
        }
        message.tokens = tokens(of: message.text, using: scratch)
        message.note(.tokens)
    }

    /// The words of a text; never none: if nothing is left, the whole text is the one word.
    func tokens(of text: MessageText, using scratch: Scratch) -> [Token] {
        let words = Self.words(of: text)
        guard let pattern else { return words }
        return words.flatMap { split($0, of: text, by: pattern, using: scratch) }
    }

    /// The parts of a name of an intent or action.
    private func parts(of name: MessageText) -> [Token] {
        var parts: [Range<Int>] = []
        var start = 0
        if let nameSeparator {
            var at = 0
            while at + nameSeparator.count <= name.bytes.count {
                guard name.bytes[at..<at + nameSeparator.count].elementsEqual(nameSeparator) else {
                    at += 1
                    continue
                }
                parts.append(start..<at)
                at += nameSeparator.count
                start = at
            }
        }
        parts.append(start..<name.bytes.count)
        return parts.map { part in
            let scalars = name.scalarOffset(ofByte: part.lowerBound)..<name.scalarOffset(ofByte: part.upperBound)
            return Token(bytes: part, scalars: scalars, lemma: part)
        }
    }

    private static func words(of text: MessageText) -> [Token] {
        var classes: [CharacterClass] = []
        classes.reserveCapacity(text.scalarCount)
        var at = 0
        while at < text.bytes.count { classes.append(CharacterClass(UTF8Reading.next(text.bytes, &at))) }
        var words = Words(text: text)
        var scanner = SeparatorScanner(classes)
        var place = 0
        var start = 0
        while place < classes.count {
            let length = scanner.separator(at: place)
            if length > 0 || classes[place].contains(.splits) {
                words.add(start..<place, classes)
                place += max(length, 1)
                start = place
            } else {
                place += 1
            }
        }
        words.add(start..<place, classes)
        if words.tokens.isEmpty {
            let bytes = 0..<text.bytes.count
            return [Token(bytes: bytes, scalars: 0..<text.scalarCount, lemma: bytes)]
        }
        return words.tokens
    }

    /// The words so far. As in the original, a word gets the first place where its characters occur behind the word
    /// before, which need not be the one where it was found.
    private struct Words {
        let text: MessageText
        var tokens: [Token] = []
        private var end = 0

        init(text: MessageText) {
            self.text = text
        }

        mutating func add(_ scalars: Range<Int>, _ classes: [CharacterClass]) {
            guard !scalars.isEmpty, !classes[scalars].allSatisfy({ $0.contains(.emoji) }) else { return }
            let found = text.byteOffset(ofScalar: scalars.lowerBound)..<text.byteOffset(ofScalar: scalars.upperBound)
            let start = text.firstOccurrence(of: found, from: end) ?? found.lowerBound
            end = start + found.count
            let first = start == found.lowerBound ? scalars.lowerBound : text.scalarOffset(ofByte: start)
            tokens.append(
                Token(bytes: start..<end, scalars: first..<first + scalars.count, lemma: start..<end))
        }
    }

    /// The parts of a word that the pattern finds: its first group, or all of it if it has none.
    private func split(
        _ token: Token, of text: MessageText, by pattern: Pattern, using scratch: Scratch
    ) -> [Token] {
        var parts: [Token] = []
        var from = token.bytes.lowerBound
        pattern.forEachMatch(in: text.bytes, within: token.bytes, using: scratch.patterns) { match in
            let found = pattern.groups == 0 ? match.whole : match.firstGroup ?? 0..<0
            guard !found.isEmpty, let start = text.firstOccurrence(of: found, from: from, in: token.bytes) else {
                return
            }
            from = start + found.count
            parts.append(
                Token(
                    bytes: start..<from, scalars: text.scalarOffset(ofByte: start)..<text.scalarOffset(ofByte: from),
                    lemma: token.lemma))
        }
        return parts.isEmpty ? [token] : parts
    }
}
