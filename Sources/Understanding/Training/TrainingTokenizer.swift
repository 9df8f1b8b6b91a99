import ExactText
package import JSON

/// Splits texts of training data into words, as the pipeline that is trained will split messages.
package struct TrainingTokenizer {
    private let tokenizer: WhitespaceTokenizer
    private let splitSymbol: String?
    private let scratch = Scratch()

    /// - Parameters:
    ///   - config: What the pipeline says about its `WhitespaceTokenizer`.
    ///   - node: The component's name, for errors.
    package init(_ config: JSONObject, node: String) throws(LoadError) {
        let settings = Settings(node: node, values: config)
        let expression = try settings.optionalText("token_pattern") ?? ""
        do throws(PatternError) {
            tokenizer = WhitespaceTokenizer(pattern: expression.isEmpty ? nil : try Pattern(expression))
        } catch {
            throw LoadError(.badPattern, "\(node): \(error).")
        }
        let splits = try settings.bool("intent_tokenization_flag", default: false)
        splitSymbol = splits ? try settings.optionalText("intent_split_symbol") ?? "_" : nil
    }

    /// The words of a text.
    package func words(of text: String) -> [String] {
        let text = MessageText(text)
        return tokenizer.tokens(of: text, using: scratch).map { text.string($0.bytes) }
    }

    /// The words of a text that count for word features, those before `token_pattern` split them.
    package func lemmas(of text: String) -> [String] {
        let text = MessageText(text)
        return tokenizer.tokens(of: text, using: scratch).map { text.string($0.lemma) }
    }

    /// A text in lower case, as Python writes it.
    package static func lowercased(_ text: String) -> String { Lowercasing.lowercased(text) }

    /// The parts of a name, such as an intent.
    package func parts(ofName name: String) -> [String] {
        guard let splitSymbol, !splitSymbol.isEmpty else { return [name] }
        return name.exact.components(separatedBy: splitSymbol).map(String.init)
    }
}
