import JSON
import Networks
import PythonSemantics
import TextFeatures

/// What a configuration says of a `DIETClassifier` or `ResponseSelector`, checked.
struct TextNetworkOptions: Sendable {
    let network: TextOptions
    /// The featurizers whose features count.
    let featurizers: NameSelection
    let usesBILOU: Bool
    /// The one intent whose responses a selector learns; nil for all.
    let retrievalIntent: String?
    let tensorBoard: TensorBoardOptions?
    /// What is probably not meant.
    var warnings: [TrainingWarning] { network.learning.warnings(options) }
    private let options: OptionReader

    /// - Throws: ``TrainingError`` with component, option and line.
    init(_ step: PipelineStep, _ kind: TextNetworkKind) throws(TrainingError) {
        let options = try OptionReader(step, defaults: kind.defaults)
        let isSelector = kind == .selector
        var network = TextOptions()
        network.learning = try LearningOptions(options)
        network.similarity = try SimilarityOptions(options)
        // What selectors tell is fixed, whatever is written.
        network.classifies = isSelector || options.flag("intent_classification")
        network.tags = !isSelector && options.flag("entity_recognition")
        if isSelector { network.labelFigure = "r_acc" }
        network.labelsAreTexts = isSelector && options.flag("use_text_as_label")
        network.guessesWords = options.flag("use_masked_language_model")
        network.text = try Self.encoder("text", options, isText: true)
        network.label = try Self.encoder("label", options, isText: network.labelsAreTexts)
        // Nothing is left out of what is to be told.
        network.label.dropout.dropsSparseInput = false
        network.label.dropout.dropsDenseInput = false
        self.network = network
        self.options = options
        featurizers = try Components.checked { () throws(LoadError) in
            try ComponentOptions(node: step.name, values: options.values).names("featurizers")
        }
        usesBILOU = !isSelector && options.flag("BILOU_flag")
        retrievalIntent = isSelector ? try Self.retrievalIntent(options) : nil
        tensorBoard = try TensorBoardOptions(options)
        try checkCombinations()
        try checkPrediction()
    }

    private static func retrievalIntent(_ options: OptionReader) throws(TrainingError) -> String? {
        guard options.flag("retrieval_intent") else { return nil }
        guard let intent = options["retrieval_intent"].string else {
            throw options.wrong("retrieval_intent", "the name of an intent, or null for all")
        }
        return intent
    }

    private static func encoder(
        _ part: String, _ options: OptionReader, isText: Bool
    ) throws(TrainingError) -> EncoderOptions {
        var encoder = EncoderOptions()
        encoder.denseDimension = try options.whole("dense_dimension", part) ?? encoder.denseDimension
        encoder.concatDimension = try options.whole("concat_dimension", part) ?? encoder.concatDimension
        encoder.hidden = try options.widths("hidden_layers_sizes", part)
        encoder.density =
            (Double(try options.number("connection_density", in: 0...1, "a number from 0 to 1")) * 1e6).rounded() / 1e6
        encoder.dropout.rate = try options.rate("drop_rate")
        encoder.dropout.attention = try options.rate("drop_rate_attention")
        encoder.dropout.dropsSparseInput = options.flag("use_sparse_input_dropout")
        encoder.dropout.dropsDenseInput = options.flag("use_dense_input_dropout")
        encoder.transformer.layers = 0
        if isText { encoder.transformer = try transformer(part, options) }
        return encoder
    }

    private static func transformer(
        _ part: String, _ options: OptionReader
    ) throws(TrainingError) -> TransformerOptions {
        var transformer = TransformerOptions()
        transformer.layers = try wholeOrMember("number_of_transformer_layers", part, options)
        guard transformer.layers > 0 else { return transformer }
        // As Rasa does where none is given that could be used.
        let size = options["transformer_size"].isNull ? 0 : try wholeOrMember("transformer_size", part, options)
        if size > 0 { transformer.units = size }
        transformer.heads = try options.whole("number_of_attention_heads")
        guard transformer.units.isMultiple(of: transformer.heads) else {
            throw options.wrong(
                "number_of_attention_heads", "a divisor of 'transformer_size', which is \(transformer.units)")
        }
        transformer.usesRelativeKeys = options.flag("use_key_relative_attention")
        transformer.usesRelativeValues = options.flag("use_value_relative_attention")
        transformer.isUnidirectional = options.flag("unidirectional_encoder")
        if transformer.usesRelativeKeys || transformer.usesRelativeValues {
            transformer.reach = try options.whole("max_relative_position")
        }
        return transformer
    }

    /// A whole number for all, or one for each of texts and labels.
    private static func wholeOrMember(
        _ key: String, _ part: String, _ options: OptionReader
    ) throws(TrainingError) -> Int {
        guard options[key].object != nil else { return try options.whole(key, from: 0) }
        guard let number = try options.whole(key, part, from: 0) else {
            throw options.wrong(key, "a whole number, or a group that has one for '\(part)'")
        }
        return number
    }

    private func checkCombinations() throws(TrainingError) {
        guard !options.flag("share_hidden_layers") else {
            throw options.wrong("share_hidden_layers", "false: layers that texts and labels share are not supported")
        }
        guard !network.guessesWords || network.text.transformer.layers > 0 else {
            throw options.wrong("use_masked_language_model", "false where 'number_of_transformer_layers' is 0")
        }
    }

    /// What counts at prediction only, so that no model is trained that could not be used.
    private func checkPrediction() throws(TrainingError) {
        guard options["ranking_length"].pythonInteger != nil else {
            throw options.wrong("ranking_length", "a whole number, or 0 for all")
        }
        switch options["split_entities_by_comma"] {
        case .bool, .object: break
        default: throw options.wrong("split_entities_by_comma", "true, false or a truth value per entity")
        }
    }

    /// Checks that the examples suffice to hold some back, as many as are asked for.
    ///
    /// - Parameter counts: The examples of each label; nil where there are no labels to be told.
    func checkHeldBack(of examples: Int, counts: [Int]?) throws(TrainingError) {
        let heldBack = network.learning.heldBack
        guard heldBack > 0 else { return }
        let labels = counts?.count ?? 0
        guard heldBack >= labels, heldBack < examples - labels else {
            let wanted =
                examples - labels - 1 < max(labels, 1)
                ? "0: there are too few examples to hold some back"
                : "a number from \(max(labels, 1)) to \(examples - labels - 1): each label needs one on both sides"
            throw options.wrong("evaluate_on_number_of_examples", wanted)
        }
    }
}
