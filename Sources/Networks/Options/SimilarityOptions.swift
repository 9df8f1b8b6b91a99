/// How an input's embedding is compared with those of labels, and what of it is the loss (Rasa's `DotProductLoss`).
package struct SimilarityOptions: Sendable, Hashable {
    /// What is made small.
    package enum Loss: Sendable, Hashable {
        case crossEntropy
        case margin(MarginOptions)
    }

    /// The numbers in a row that is compared (`embedding_dimension`).
    package var dimension = 20
    /// How many labels and inputs each example is held against (`number_of_negative_examples`).
    package var negatives = 20
    package var loss = Loss.crossEntropy
    /// Whether rows are divided by their length before they are compared (`similarity_type: cosine`).
    package var isCosine = false
    /// Whether the likelihoods of all pairs are held apart too (`constrain_similarities`).
    package var isConstrained = false
    /// Whether what is learned already counts less (`scale_loss`).
    package var scalesLoss = false

    package init() {}
}

/// The bounds of the margin loss.
package struct MarginOptions: Sendable, Hashable {
    /// `maximum_positive_similarity`
    package var positive: Float = 0.8
    /// `maximum_negative_similarity`
    package var negative: Float = -0.4
    /// Whether only the worst negative counts (`use_maximum_negative_similarity`).
    package var usesMaximum = true
    /// The weight of pairs of the same side (`negative_margin_scale`).
    package var scale: Float = 0.8

    package init() {}
}
