import JSON
import Networks
import PythonSemantics

extension SimilarityOptions {
    /// What the options of a component say of how texts and labels are compared.
    init(_ options: OptionReader) throws(TrainingError) {
        self.init()
        dimension = try options.whole("embedding_dimension")
        negatives = try options.whole("number_of_negative_examples")
        scalesLoss = options.flag("scale_loss")
        isConstrained = options.flag("constrain_similarities")
        let hasMargin = try options.choice("loss_type", ["cross_entropy", "margin"]) == "margin"
        let type = try options.choice("similarity_type", ["auto", "inner", "cosine"])
        let confidence = try options.choice("model_confidence", ["softmax", "auto"])
        if hasMargin { loss = .margin(try MarginOptions(options)) }
        isCosine = type == "cosine" || type == "auto" && hasMargin
        // With a margin confidences are similarities, whatever is written.
        let usesSoftmax = !hasMargin && confidence == "softmax"
        guard !usesSoftmax || !isCosine else {
            throw options.wrong("similarity_type", "'inner' or 'auto' with 'loss_type: cross_entropy'")
        }
        if !usesSoftmax, options.flag("renormalize_confidences"), options.flag("ranking_length") {
            throw options.wrong("renormalize_confidences", "false with 'loss_type: margin'")
        }
    }
}

extension MarginOptions {
    init(_ options: OptionReader) throws(TrainingError) {
        self.init()
        let everything = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
        positive = try options.number("maximum_positive_similarity", in: everything, "a number")
        negative = try options.number("maximum_negative_similarity", in: everything, "a number")
        scale = try options.number("negative_margin_scale", in: everything, "a number")
        usesMaximum = options.flag("use_maximum_negative_similarity")
    }
}
