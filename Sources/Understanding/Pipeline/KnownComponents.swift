/// The components that can be part of a pipeline, by their class names in Rasa.
enum KnownComponents {
    static let byName: [String: any Component.Type] = [
        "NLUMessageConverter": MessageConverter.self,
        "WhitespaceTokenizer": WhitespaceTokenizer.self,
        "RegexFeaturizer": RegexFeaturizer.self,
        "LexicalSyntacticFeaturizer": LexicalSyntacticFeaturizer.self,
        "CountVectorsFeaturizer": CountVectorsFeaturizer.self,
        "DIETClassifier": DIETClassifier.self,
        "ResponseSelector": ResponseSelector.self,
        "RegexEntityExtractor": RegexEntityExtractor.self,
        "EntitySynonymMapper": EntitySynonymMapper.self,
        "KeywordIntentClassifier": KeywordIntentClassifier.self,
        "FallbackClassifier": FallbackClassifier.self,
        "RegexMessageHandler": ShortFormHandler.self,
    ]

    /// The names for a message, sorted; without those that Rasa adds to every pipeline by itself.
    static var names: String {
        byName.keys.filter { $0 != "NLUMessageConverter" && $0 != "RegexMessageHandler" }.sorted()
            .joined(separator: ", ")
    }
}

/// Rasa's `NLUMessageConverter`: the text is stripped of white space, which has happened when a message is made here.
struct MessageConverter: Component {
    init(_ context: inout LoadingContext) {}

    func process(_ message: inout Message, using scratch: Scratch) {}
}
