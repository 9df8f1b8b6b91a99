import JSON
import PythonSemantics

struct WhitespaceTokenizer: Component {
    private let pattern: Pattern?
    private let names: NameSplitting

    init(_ context: inout LoadingContext) throws(LoadError) { try self.init(context.options) }

    init(_ options: ComponentOptions) throws(LoadError) {
        names = try NameSplitting(options)
        guard let written = options["token_pattern"], written.isPythonTrue else {
            pattern = nil
            return
        }
        guard let expression = written.string else {
            throw options.refuse("token_pattern", "a regular expression, or null for none")
        }
        let pattern = try Self.pattern(expression, options)
        guard pattern.groups < 2 else {
            throw options.refuse("token_pattern", "a regular expression with no more than one group")
        }
        self.pattern = pattern
    }

    private static func pattern(_ expression: String, _ options: ComponentOptions) throws(LoadError) -> Pattern {
        do throws(PatternError) {
            return try Pattern(expression)
        } catch {
            throw LoadError(.badPattern, "Node \(options.node): \(error).")
        }
    }

    init(pattern: Pattern?) {
        self.pattern = pattern
        names = .whole
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        guard !message.attribute.isName else {
            message.tokens =
                message.attribute == .responseKey
                ? names.parts(ofResponseKey: message.text) : names.parts(of: message.text)
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

        init(text: MessageText) { self.text = text }

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
