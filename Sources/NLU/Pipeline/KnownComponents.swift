import ExactText
import TextFeatures

/// The components that can be part of a pipeline, by their class names in Rasa.
enum KnownComponents {
    static let byName = FeatureComponents.byName.merging(
        [

            "DIETClassifier": DIETClassifier.self,
            "ResponseSelector": ResponseSelector.self,
            "CRFEntityExtractor": CRFEntityExtractor.self,
            "DucklingEntityExtractor": DucklingEntityExtractor.self,
            "RegexEntityExtractor": RegexEntityExtractor.self,
            "EntitySynonymMapper": EntitySynonymMapper.self,
            "KeywordIntentClassifier": KeywordIntentClassifier.self,
            "LogisticRegressionClassifier": LogisticRegressionClassifier.self,
            "FallbackClassifier": FallbackClassifier.self,
            "RegexMessageHandler": ShortFormHandler.self,
        ] as [ExactString: any Component.Type]
    ) { $1 }

    /// Why components of Rasa cannot be run, and what serves instead.
    static let refused: [ExactString: String] = [
        "SpacyNLP": spacy, "SpacyTokenizer": spacy, "SpacyFeaturizer": spacy, "SpacyEntityExtractor": spacy,
        "MitieNLP": mitie, "MitieTokenizer": mitie, "MitieFeaturizer": mitie, "MitieEntityExtractor": mitie,
        "MitieIntentClassifier": mitie,
        "LanguageModelFeaturizer":
            """
        it needs a transformer model of Python's transformers, which is not run here; instead, train with \
        CountVectorsFeaturizer, once with the analyzer 'word' and once with 'char_wb'
        """,
        "ConveRTFeaturizer":
            """
        it needs the ConveRT model of TensorFlow Hub, which is not run here; instead, train with \
        CountVectorsFeaturizer, once with the analyzer 'word' and once with 'char_wb'
        """,
        "SklearnIntentClassifier":
            """
        it works on dense features only, and all components that make them need spaCy, MITIE, transformers or \
        ConveRT, which are not run here; instead, train with DIETClassifier or LogisticRegressionClassifier
        """,
        "JiebaTokenizer":
            """
        it needs the dictionary of Python's jieba, which no archive holds; instead, train with WhitespaceTokenizer, \
        for which a Chinese text is one word, and CountVectorsFeaturizer with the analyzer 'char'
        """,
    ]

    private static let spacy = """
        it needs a spaCy model, which is not run here; instead, train with WhitespaceTokenizer, \
        LexicalSyntacticFeaturizer, CountVectorsFeaturizer, and DIETClassifier or CRFEntityExtractor
        """
    private static let mitie = """
        it needs a MITIE model, which is not run here; instead, train with WhitespaceTokenizer, \
        CountVectorsFeaturizer, and DIETClassifier
        """

    /// The names for a message, sorted; without those that Rasa adds to every pipeline by itself.
    static var names: String {
        byName.keys.map(\.string).filter { $0 != "NLUMessageConverter" && $0 != "RegexMessageHandler" }
            .sortedByCodePoints()
            .joined(separator: ", ")
    }
}
