import ExactText
package import JSON

/// Splits texts of training data into words, as the pipeline that is trained will split messages.
package struct TrainingTokenizer {
    private let tokenizer: WhitespaceTokenizer
    private let names: NameSplitting
    private let scratch = Scratch()

    /// - Parameters:
    ///   - config: What the pipeline says about its `WhitespaceTokenizer`.
    ///   - node: The component's name, for errors.
    package init(_ config: JSONObject, node: String) throws(LoadError) {
        let options = ComponentOptions(node: node, values: config)
        tokenizer = try WhitespaceTokenizer(options)
        names = try NameSplitting(options)
    }

    package func words(of text: String) -> [String] {
        let text = MessageText(text)
        return tokens(of: text).map { text.string($0.bytes) }
    }

    /// The words of a text that count for word features, those before `token_pattern` split them.
    package func lemmas(of text: String) -> [String] {
        let text = MessageText(text)
        return tokens(of: text).map { text.string($0.lemma) }
    }

    private func tokens(of text: MessageText) -> [Token] {
        scratch.patterns.begin(.training)
        return tokenizer.tokens(of: text, using: scratch)
    }

    /// A text in lower case, as Python writes it.
    package static func lowercased(_ text: String) -> String { Lowercasing.lowercased(text) }

    /// The parts of a name, such as an intent.
    package func parts(ofName name: String) -> [String] {
        let name = MessageText(name)
        return names.parts(of: name).map { name.string($0.bytes) }
    }

    /// The parts of a retrieval intent and of its response key, which a slash separates.
    package func parts(ofResponseKey key: String) -> [String] {
        let key = MessageText(key)
        return names.parts(ofResponseKey: key).map { key.string($0.bytes) }
    }
}
