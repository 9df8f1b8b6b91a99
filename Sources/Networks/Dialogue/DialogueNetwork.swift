import CKernels

/// The layers of a network of dialogues (Rasa's `TED` and `IntentTED`).
struct DialogueNetwork: Sendable {
    /// An attribute of turns: its encoder, and where its rows stand in those of turns.
    struct Column: Sendable {
        let encoder: AttributeEncoder
        let offset: Int
        /// Of each turn's copy of a row.
        let dropout: Float
    }

    let dimension: Int
    let columns: [Column]
    /// The width of turns.
    let turnWidth: Int
    /// Nil for no layers: then turns are not joined.
    let transformer: TransformerEncoder?
    /// The width of rows after the transformer.
    let width: Int
    let embedding: EmbeddingLayer
    let labels: DialogueLabelSide
    /// The tags of texts, and the column of these.
    let tagger: (tagger: Tagger, column: Int)?

    init(
        _ options: DialogueOptions, _ data: DialogueData, entityTags: Int?, in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        dimension = options.similarity.dimension
        let tags = options.tags ? entityTags : nil
        var (columns, end): ([Column], Int) = ([], 0)
        for place in TurnAttribute.places {
            var width = 0
            for column in data.columns where place.contains(column.attribute) {
                let attribute = column.attribute
                let shape = AttributeEncoder.Shape(
                    name: attribute.rawValue, options: options.encoders[.turn(attribute)] ?? EncoderOptions(),
                    encodingDimension: attribute.isEncoded ? options.encodingDimension : nil,
                    density: options.density, dropout: 0, wantsAllRows: tags != nil && attribute == .text)
                let encoder = try AttributeEncoder(shape, column, in: &builder)
                columns.append(
                    Column(encoder: encoder, offset: end, dropout: attribute.isEncoded ? options.dropout : 0))
                width = encoder.width
            }
            end += width
        }
        self.columns = columns
        turnWidth = end
        labels = try DialogueLabelSide(options, data, in: &builder)
        transformer =
            options.transformer.layers == 0
            ? nil
            : try TransformerEncoder(
                "transformer.dialogue", inputs: end, options: options.transformer, density: options.density,
                dropout: options.dropout, attentionDropout: options.attentionDropout, in: &builder)
        width = transformer?.units ?? end
        embedding = try EmbeddingLayer("embed.dialogue", inputs: width, outputs: dimension, in: &builder)
        if let tags, let text = data.columns.firstIndex(where: { $0.attribute == .text }) {
            let textWidth = columns[text].encoder.textWidth ?? 0
            let tagger = try Tagger(
                TagSet(kind: .entity, count: tags), width: textWidth + width, entityTags: nil, dimension: dimension,
                in: &builder)
            self.tagger = (tagger, text)
        } else {
            tagger = nil
        }
    }
}
