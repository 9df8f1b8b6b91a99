import JSON

/// How a tokenizer splits the names of intents and actions (`intent_tokenization_flag` and the symbols beside it).
struct NameSplitting: Sendable {
    private enum Separator: Sendable {
        case symbol([UInt8])
        /// A symbol that is null stands for any white space.
        case space
    }

    static let whole = NameSplitting(prefixSymbol: nil, separator: nil)

    /// What ends the first part of a name, which is split by itself.
    private let prefixSymbol: [UInt8]?
    /// Nil if what is left is one word.
    private let separator: Separator?

    private init(prefixSymbol: [UInt8]?, separator: Separator?) {
        self.prefixSymbol = prefixSymbol
        self.separator = separator
    }

    init(_ options: ComponentOptions) throws(LoadError) {
        prefixSymbol = try Self.symbol("prefix_separator_symbol", options)
        guard options.flag("intent_tokenization_flag", default: false) else {
            separator = nil
            return
        }
        guard options["intent_split_symbol"] != nil else {
            separator = .symbol(Array("_".utf8))
            return
        }
        separator = try Self.symbol("intent_split_symbol", options).map(Separator.symbol) ?? .space
    }

    private static func symbol(_ key: String, _ options: ComponentOptions) throws(LoadError) -> [UInt8]? {
        let symbol = try options.text(key)
        guard symbol != "" else { throw options.refuse(key, "a string with at least one character, or null") }
        return symbol.map { Array($0.utf8) }
    }

    /// The parts of a name. As in Rasa, a part gets the first place where its characters occur behind the part before.
    func parts(of name: MessageText) -> [Token] {
        let (prefix, rest) = split(name.bytes)
        return tokens(prefix + split(rest, of: name.bytes), of: name)
    }

    /// The parts of a retrieval intent and of its response key.
    func parts(ofResponseKey name: MessageText) -> [Token] {
        var (parts, rest) = split(name.bytes)
        if let slash = Self.first([UInt8(ascii: "/")], in: name.bytes, rest) {
            parts += split(rest.lowerBound..<slash, of: name.bytes)
            rest = slash + 1..<rest.upperBound
        }
        return tokens(parts + split(rest, of: name.bytes), of: name)
    }

    /// The parts of what stands before the symbol for prefixes, and what is left.
    private func split(_ bytes: [UInt8]) -> (prefix: [Range<Int>], rest: Range<Int>) {
        guard let prefixSymbol, let place = Self.first(prefixSymbol, in: bytes, 0..<bytes.count) else {
            return ([], 0..<bytes.count)
        }
        return (split(0..<place, of: bytes), place + prefixSymbol.count..<bytes.count)
    }

    private func tokens(_ parts: [Range<Int>], of name: MessageText) -> [Token] {
        var end = 0
        return parts.map { part in
            let start = name.firstOccurrence(of: part, from: end) ?? part.lowerBound
            end = start + part.count
            let scalars = name.scalarOffset(ofByte: start)..<name.scalarOffset(ofByte: end)
            return Token(bytes: start..<end, scalars: scalars, lemma: start..<end)
        }
    }

    private func split(_ range: Range<Int>, of bytes: [UInt8]) -> [Range<Int>] {
        switch separator {
        case nil: return [range]
        case .space: return NGramAnalyzer.split(bytes, range)
        case .symbol(let symbol):
            var parts: [Range<Int>] = []
            var rest = range
            while let place = Self.first(symbol, in: bytes, rest) {
                parts.append(rest.lowerBound..<place)
                rest = place + symbol.count..<rest.upperBound
            }
            return parts + [rest]
        }
    }

    private static func first(_ symbol: [UInt8], in bytes: [UInt8], _ range: Range<Int>) -> Int? {
        guard symbol.count <= range.count else { return nil }
        return (range.lowerBound...range.upperBound - symbol.count).first {
            bytes[$0..<$0 + symbol.count].elementsEqual(symbol)
        }
    }
}
