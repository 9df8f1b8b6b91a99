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
        /// The options that have a value in Rasa 3.6.21 where nothing is written.
        let defaults: JSONObject
        /// The options of its class; nil where they are not looked at.
        let options: Set<ExactString>?

        /// - Parameter others: Options without a default; nil where options are not looked at.
        init(
            module: String, role: Role, isTrained: Bool, needs: [Ability] = [], does: [Ability]? = nil,
            defaults: JSONObject = [:], others: Set<ExactString>? = []
        ) {
            self.module = module
            self.role = role
            self.isTrained = isTrained
            self.needs = needs
            self.defaults = defaults
            options = others?.union(defaults.keys)
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
            defaults: [
                "intent_tokenization_flag": false, "intent_split_symbol": "_", "token_pattern": .null,
                "prefix_separator_symbol": .null,
            ]),
        "RegexFeaturizer": Entry(
            module: "rasa.nlu.featurizers.sparse_featurizer.regex_featurizer", role: .featurizer, isTrained: true,
            needs: [.tokens],
            defaults: patternDefaults.merging(["alias": .null, "case_sensitive": true]) { _, own in own }),
        "LexicalSyntacticFeaturizer": Entry(
            module: "rasa.nlu.featurizers.sparse_featurizer.lexical_syntactic_featurizer", role: .featurizer,
            isTrained: true, needs: [.tokens],
            defaults: [
                "alias": .null,
                "features": [
                    ["low", "title", "upper"], ["BOS", "EOS", "low", "upper", "title", "digit"],
                    ["low", "title", "upper"],
                ],
            ]),
        "CountVectorsFeaturizer": Entry(
            module: "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer", role: .featurizer,
            isTrained: true, needs: [.tokens],
            defaults: [
                "alias": .null, "use_shared_vocab": false, "analyzer": "word", "strip_accents": .null,
                "stop_words": .null, "min_df": 1, "max_df": 1.0, "min_ngram": 1, "max_ngram": 1,
                "max_features": .null, "lowercase": true, "OOV_token": .null, "OOV_words": [], "use_lemma": true,
            ]),
        "DIETClassifier": Entry(
            module: "rasa.nlu.classifiers.diet_classifier", role: .classifier, isTrained: true, needs: [.features],
            does: [.intents, .entities], defaults: TextNetworkKind.classifier.defaults),
        "ResponseSelector": Entry(
            module: "rasa.nlu.selectors.response_selector", role: .classifier, isTrained: true, needs: [.features],
            does: [.intents, .entities],
            defaults: TextNetworkKind.selector.defaults),
        "LogisticRegressionClassifier": Entry(
            module: "rasa.nlu.classifiers.logistic_regression_classifier", role: .classifier, isTrained: true,
            needs: [.features],
            defaults: ["max_iter": 100, "solver": "lbfgs", "tol": 1e-4, "random_state": 42, "ranking_length": 10]),
        "KeywordIntentClassifier": Entry(
            module: "rasa.nlu.classifiers.keyword_intent_classifier", role: .classifier, isTrained: true,
            defaults: ["case_sensitive": true]),
        "FallbackClassifier": Entry(
            module: "rasa.nlu.classifiers.fallback_classifier", role: .classifier, isTrained: false,
            needs: [.intents], defaults: ["threshold": 0.3, "ambiguity_threshold": 0.1]),
        "CRFEntityExtractor": Entry(
            module: "rasa.nlu.extractors.crf_entity_extractor", role: .extractor, isTrained: true, needs: [.tokens],
            defaults: [
                "BILOU_flag": true, "split_entities_by_comma": true,
                "features": [
                    ["low", "title", "upper"],
                    [
                        "low", "bias", "prefix5", "prefix2", "suffix5", "suffix3", "suffix2", "upper", "title", "digit",
                        "pattern",
                    ], ["low", "title", "upper"],
                ],
                "max_iterations": 50, "L1_c": 0.1, "L2_c": 0.1, "featurizers": [],
            ]),
        "DucklingEntityExtractor": Entry(
            module: "rasa.nlu.extractors.duckling_entity_extractor", role: .extractor, isTrained: false,
            defaults: [
                "dimensions": .null, "url": .null, "locale": .null, "timezone": .null, "timeout": 3,
            ]),
        "RegexEntityExtractor": Entry(
            module: "rasa.nlu.extractors.regex_entity_extractor", role: .extractor, isTrained: true,
            defaults: patternDefaults),
        "EntitySynonymMapper": Entry(
            module: "rasa.nlu.extractors.entity_synonyms", role: .extractor, isTrained: true),
        "MemoizationPolicy": memory,
        "AugmentedMemoizationPolicy": memory,
        "RulePolicy": Entry(
            module: "rasa.core.policies.rule_policy", role: .policy, isTrained: true,
            defaults: [
                "priority": 4, "core_fallback_threshold": 0.3, "core_fallback_action_name": "action_default_fallback",
                "enable_fallback_prediction": true, "restrict_rules": true, "check_for_contradictions": true,
                "use_nlu_confidence_as_score": false,
            ], others: nil),
        "TEDPolicy": Entry(
            module: "rasa.core.policies.ted_policy", role: .policy, isTrained: true,
            defaults: DialoguePolicy.ted.defaults, others: DialoguePolicy.otherOptions),
        "UnexpecTEDIntentPolicy": Entry(
            module: "rasa.core.policies.unexpected_intent_policy", role: .policy, isTrained: true,
            defaults: DialoguePolicy.unexpected.defaults, others: DialoguePolicy.otherOptions),
    ]

    /// What components have in common that look for regular expressions and lookup tables.
    private static let patternDefaults: JSONObject = [
        "case_sensitive": false, "use_lookup_tables": true, "use_regexes": true, "use_word_boundaries": true,
    ]

    /// Policies that learn turns by heart.
    private static let memory = Entry(
        module: "rasa.core.policies.memoization", role: .policy, isTrained: true,
        defaults: [
            "enable_feature_string_compression": true, "use_nlu_confidence_as_score": false, "priority": 3,
            "max_history": .null,
        ], others: nil)

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
