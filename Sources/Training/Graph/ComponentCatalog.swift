import ExactText

/// The components of Rasa 3.6, and which of them are trained here.
enum ComponentCatalog {
    /// What a component does in a graph.
    enum Role: Sendable {
        case tokenizer, featurizer, classifier, extractor, policy, other
    }

    /// A component that is trained here, or needs no training.
    struct Entry: Sendable {
        /// The Python module that has the class.
        let module: String
        let role: Role
        /// Whether it has a node of its own in the training graph, and files.
        let isTrained: Bool
    }

    /// Those that can be part of a configuration, by class name.
    static let known: [ExactString: Entry] = [
        "WhitespaceTokenizer": Entry(
            module: "rasa.nlu.tokenizers.whitespace_tokenizer", role: .tokenizer, isTrained: false),
        "RegexFeaturizer": Entry(
            module: "rasa.nlu.featurizers.sparse_featurizer.regex_featurizer", role: .featurizer, isTrained: true),
        "LexicalSyntacticFeaturizer": Entry(
            module: "rasa.nlu.featurizers.sparse_featurizer.lexical_syntactic_featurizer", role: .featurizer,
            isTrained: true),
        "CountVectorsFeaturizer": Entry(
            module: "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer", role: .featurizer,
            isTrained: true),
        "KeywordIntentClassifier": Entry(
            module: "rasa.nlu.classifiers.keyword_intent_classifier", role: .classifier, isTrained: true),
        "RegexEntityExtractor": Entry(
            module: "rasa.nlu.extractors.regex_entity_extractor", role: .extractor, isTrained: true),
        "EntitySynonymMapper": Entry(
            module: "rasa.nlu.extractors.entity_synonyms", role: .extractor, isTrained: true),
        "FallbackClassifier": Entry(
            module: "rasa.nlu.classifiers.fallback_classifier", role: .classifier, isTrained: false),
        "MemoizationPolicy": Entry(module: "rasa.core.policies.memoization", role: .policy, isTrained: true),
        "AugmentedMemoizationPolicy": Entry(module: "rasa.core.policies.memoization", role: .policy, isTrained: true),
        "RulePolicy": Entry(module: "rasa.core.policies.rule_policy", role: .policy, isTrained: true),
    ]

    /// What the others need; they are trained by Rasa and then served here, or not served at all.
    static let needs: [ExactString: String] = [
        "DIETClassifier": "the training of a neural network (gradient descent)",
        "ResponseSelector": "the training of a neural network (gradient descent)",
        "TEDPolicy": "the training of a neural network (gradient descent)",
        "UnexpecTEDIntentPolicy": "the training of a neural network (gradient descent)",
        "LogisticRegressionClassifier": "the fitting of a regression (gradient descent)",
        "SklearnIntentClassifier": "scikit-learn",
        "CRFEntityExtractor": "the fitting of a conditional random field (gradient descent)",
        "MitieIntentClassifier": "MITIE", "MitieEntityExtractor": "MITIE", "MitieFeaturizer": "MITIE",
        "MitieTokenizer": "MITIE", "MitieNLP": "MITIE",
        "SpacyNLP": "spaCy", "SpacyTokenizer": "spaCy", "SpacyFeaturizer": "spaCy", "SpacyEntityExtractor": "spaCy",
        "JiebaTokenizer": "Jieba", "DucklingEntityExtractor": "a Duckling server",
        "ConveRTFeaturizer": "a ConveRT model", "LanguageModelFeaturizer": "a pre-trained language model",
    ]
}
