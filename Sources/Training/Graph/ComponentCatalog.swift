import ExactText
import JSON

/// The components of Rasa 3.6, and which of them are trained here.
enum ComponentCatalog {
    /// What a component does in a graph.
    enum Role: Sendable {
        case tokenizer, featurizer, classifier, extractor, policy, other
    }

    /// What components need of those before them.
    enum Ability: String, Sendable {
        case tokens = "a tokenizer"
        case features = "a featurizer"
        case intents = "an intent classifier"
        case entities = "an entity extractor"

        var example: String {
            switch self {
            case .tokens: "WhitespaceTokenizer"
            case .features: "CountVectorsFeaturizer"
            case .intents, .entities: "DIETClassifier"
            }
        }
    }

    /// A component that is trained here, or needs no training.
    struct Entry: Sendable {
        let module: String
        let role: Role
        /// Whether it has a node of its own in the training graph, and files.
        let isTrained: Bool
        /// What must be there before it (`required_components` of Rasa's classes).
        var needs: [Ability] = []
        /// What it is to those behind it; that of its role, unless it does more.
        var abilities: [Ability] = []
        /// The options of its class; nil where they are not looked at.
        var options: Set<ExactString>?

        init(
            module: String, role: Role, isTrained: Bool, needs: [Ability] = [], does: [Ability]? = nil,
            options: Set<ExactString>? = nil
        ) {
            self.module = module
            self.role = role
            self.isTrained = isTrained
            self.needs = needs
            self.options = options
            abilities =
                does
                ?? {
                    switch role {
                    case .tokenizer: [.tokens]
                    case .featurizer: [.features]
                    case .classifier: [.intents]
                    case .extractor: [.entities]
                    case .policy, .other: []
                    }
                }()
        }
    }

    /// Those that can be part of a configuration, by class name.
    static let known: [ExactString: Entry] = [
        "WhitespaceTokenizer": Entry(
            module: "rasa.nlu.tokenizers.whitespace_tokenizer", role: .tokenizer, isTrained: false,
            options: [
                "intent_tokenization_flag", "intent_split_symbol", "token_pattern", "prefix_separator_symbol",
            ]),
        "RegexFeaturizer": Entry(
            module: "rasa.nlu.featurizers.sparse_featurizer.regex_featurizer", role: .featurizer, isTrained: true,
            needs: [.tokens],
            options: ["alias", "case_sensitive", "use_lookup_tables", "use_regexes", "use_word_boundaries"]),
        "LexicalSyntacticFeaturizer": Entry(
            module: "rasa.nlu.featurizers.sparse_featurizer.lexical_syntactic_featurizer", role: .featurizer,
            isTrained: true, needs: [.tokens], options: ["alias", "features"]),
        "CountVectorsFeaturizer": Entry(
            module: "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer", role: .featurizer,
            isTrained: true, needs: [.tokens],
            options: [
                "alias", "use_shared_vocab", "analyzer", "strip_accents", "stop_words", "min_df", "max_df",
                "min_ngram", "max_ngram", "max_features", "lowercase", "OOV_token", "OOV_words", "use_lemma",
            ]),
        "DIETClassifier": Entry(
            module: "rasa.nlu.classifiers.diet_classifier", role: .classifier, isTrained: true, needs: [.features],
            does: [.intents, .entities], options: Set(TextNetworkKind.classifier.defaults.keys)),
        "ResponseSelector": Entry(
            module: "rasa.nlu.selectors.response_selector", role: .classifier, isTrained: true, needs: [.features],
            does: [.intents, .entities],
            options: Set(TextNetworkKind.selector.defaults.keys)),
        "LogisticRegressionClassifier": Entry(
            module: "rasa.nlu.classifiers.logistic_regression_classifier", role: .classifier, isTrained: true,
            needs: [.features], options: ["max_iter", "solver", "tol", "random_state", "ranking_length"]),
        "KeywordIntentClassifier": Entry(
            module: "rasa.nlu.classifiers.keyword_intent_classifier", role: .classifier, isTrained: true,
            options: ["case_sensitive"]),
        "FallbackClassifier": Entry(
            module: "rasa.nlu.classifiers.fallback_classifier", role: .classifier, isTrained: false,
            needs: [.intents], options: ["threshold", "ambiguity_threshold"]),
        "CRFEntityExtractor": Entry(
            module: "rasa.nlu.extractors.crf_entity_extractor", role: .extractor, isTrained: true, needs: [.tokens],
            options: [
                "BILOU_flag", "split_entities_by_comma", "features", "max_iterations", "L1_c", "L2_c", "featurizers",
            ]),
        "DucklingEntityExtractor": Entry(
            module: "rasa.nlu.extractors.duckling_entity_extractor", role: .extractor, isTrained: false,
            options: ["dimensions", "url", "locale", "timezone", "timeout"]),
        "RegexEntityExtractor": Entry(
            module: "rasa.nlu.extractors.regex_entity_extractor", role: .extractor, isTrained: true,
            options: ["case_sensitive", "use_lookup_tables", "use_regexes", "use_word_boundaries"]),
        "EntitySynonymMapper": Entry(
            module: "rasa.nlu.extractors.entity_synonyms", role: .extractor, isTrained: true, options: []),
        "MemoizationPolicy": Entry(module: "rasa.core.policies.memoization", role: .policy, isTrained: true),
        "AugmentedMemoizationPolicy": Entry(module: "rasa.core.policies.memoization", role: .policy, isTrained: true),
        "RulePolicy": Entry(module: "rasa.core.policies.rule_policy", role: .policy, isTrained: true),
        "TEDPolicy": Entry(
            module: "rasa.core.policies.ted_policy", role: .policy, isTrained: true,
            options: DialoguePolicy.ted.optionNames),
        "UnexpecTEDIntentPolicy": Entry(
            module: "rasa.core.policies.unexpected_intent_policy", role: .policy, isTrained: true,
            options: DialoguePolicy.unexpected.optionNames),
    ]

    /// What the others need; they are trained by Rasa and then used here, or not at all.
    static let needs: [ExactString: String] = [
        "SklearnIntentClassifier": "scikit-learn",
        "MitieIntentClassifier": "MITIE", "MitieEntityExtractor": "MITIE", "MitieFeaturizer": "MITIE",
        "MitieTokenizer": "MITIE", "MitieNLP": "MITIE",
        "SpacyNLP": "spaCy", "SpacyTokenizer": "spaCy", "SpacyFeaturizer": "spaCy", "SpacyEntityExtractor": "spaCy",
        "JiebaTokenizer": "Jieba",
        "ConveRTFeaturizer": "a ConveRT model", "LanguageModelFeaturizer": "a pre-trained language model",
    ]
}
