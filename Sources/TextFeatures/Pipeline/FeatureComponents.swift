package import ExactText

/// The components that make tokens and features, by their class names in Rasa.
package enum FeatureComponents {
    /// Those that policies may ask for too.
    package static let byName: [ExactString: any Component.Type] = [
        "NLUMessageConverter": MessageConverter.self,
        "WhitespaceTokenizer": WhitespaceTokenizer.self,
        "RegexFeaturizer": RegexFeaturizer.self,
        "LexicalSyntacticFeaturizer": LexicalSyntacticFeaturizer.self,
        "CountVectorsFeaturizer": CountVectorsFeaturizer.self,
    ]
}

/// Rasa's `NLUMessageConverter`: the text is stripped of white space, which has happened when a message is made here.
struct MessageConverter: Component {
    init(_ context: inout LoadingContext) {}

    func process(_ message: inout Message, using scratch: Scratch) {}
}
