/// The layers of a network of texts (Rasa's `DIET`, `DIET2BOW` and `DIET2DIET`).
struct TextNetwork: Sendable {
    let dimension: Int
    let text: TextEncoder
    /// The rows that are compared with labels; nil where there is no label to be told.
    let textEmbedding: EmbeddingLayer?
    let labels: LabelSide?
    let taggers: [Tagger]
    let words: WordGuess?
    /// Whether only the last row of each text matters.
    let onlyLast: Bool
    /// Whether the other rows need not be computed at all, as rows do not see each other.
    let skipsTokens: Bool

    init(
        _ options: TextOptions, _ examples: TextExamples, texts: FeatureTable, labels: FeatureTable,
        in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        dimension = options.similarity.dimension
        text = try TextEncoder("sequence_layer.text", texts, options: options.text, in: &builder)
        if options.classifies {
            textEmbedding = try EmbeddingLayer(
                "embed.text", inputs: text.width, outputs: dimension, in: &builder)
            self.labels = try LabelSide(
                labels, options: options.label, areTexts: options.labelsAreTexts, dimension: dimension, in: &builder)
        } else {
            textEmbedding = nil
            self.labels = nil
        }
        var taggers: [Tagger] = []
        var entityTags: Int?
        for set in options.tags ? examples.tagSets : [] where set.count > 0 {
            taggers.append(
                try Tagger(set, width: text.width, entityTags: entityTags, dimension: dimension, in: &builder))
            if set.kind == .entity { entityTags = set.count }
        }
        self.taggers = taggers
        words =
            options.guessesWords && texts.sequence != nil
            ? try WordGuess(text, texts, dimension: dimension, in: &builder) : nil
        onlyLast = taggers.isEmpty && words == nil
        skipsTokens = onlyLast && text.transformer == nil
    }
}
