import ExactText
package import Pickles

extension PickleClass {
    static let featureArray = PickleClass("FeatureArray")
    static let features = PickleClass("Features")
    static let listWrapper = PickleClass("ListWrapper")
    static let tagSpec = PickleClass("EntityTagSpec")
    static let regression = PickleClass("LogisticRegression")
    package static let fieldEstimator = PickleClass("CRF")
    package static let fieldFile = PickleClass("FileResource")
    static let trainingLog = PickleClass("TrainLogParser")
    static let stateFeaturizer = PickleClass("SingleStateFeaturizer")

    /// The names that Rasa 3.0 to 3.6.20 wrote into archives, with the modules that they were in.
    package static let ofRasa: PickleClassTable = {
        var table = PickleClass.tables
        for (name, type) in [
            ("rasa.utils.tensorflow.model_data.FeatureArray", PickleClass.featureArray),
            ("rasa.utils.tensorflow.feature_array.FeatureArray", .featureArray),
            ("rasa.shared.nlu.training_data.features.Features", .features),
            ("rasa.nlu.extractors.extractor.EntityTagSpec", .tagSpec),
            ("tensorflow.python.training.tracking.data_structures.ListWrapper", .listWrapper),
            ("tensorflow.python.trackable.data_structures.ListWrapper", .listWrapper),
            ("sklearn.linear_model._logistic.LogisticRegression", .regression),
            ("sklearn_crfsuite.estimator.CRF", .fieldEstimator),
            ("sklearn_crfsuite._fileresource.FileResource", .fieldFile),
            ("pycrfsuite._logparser.TrainLogParser", .trainingLog),
            ("rasa.core.featurizers.single_state_featurizer.SingleStateFeaturizer", .stateFeaturizer),
            ("rasa.core.featurizers.single_state_featurizer.IntentTokenizerSingleStateFeaturizer", .stateFeaturizer),
        ] { table[name.exact] = type }
        for name in featurizers {
            table[ExactString("rasa.core.featurizers.tracker_featurizers.\(name)")] = PickleClass(name)
        }
        for name in ["int64", "int32", "float64", "float32"] { table[ExactString("numpy.\(name)")] = .number }
        return table
    }()

    /// What makes features of a conversation, as `featurizer.json` of 3.6.21 calls it.
    static let featurizers = [
        "MaxHistoryTrackerFeaturizer", "FullDialogueTrackerFeaturizer", "IntentMaxHistoryTrackerFeaturizer",
    ]

    /// A number of NumPy in a file of jsonpickle.
    static let number = PickleClass("number")
}
