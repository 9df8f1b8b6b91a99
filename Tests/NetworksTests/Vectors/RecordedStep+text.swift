import JSON
import Tensors

@testable import Networks

extension RecordedStep {
    var isSelector: Bool {
        facts["model"]?.string.map { $0.unicodeScalars.elementsEqual("DIET".unicodeScalars) } != true
    }

    func setting(_ name: String) -> JSON { facts["config"]?[name] ?? .null }
    func number(of name: String) -> Float { Float(setting(name).double ?? 0) }
    func flag(_ name: String) -> Bool { setting(name).bool ?? false }

    /// A setting that may differ by attribute.
    func count(_ name: String, _ attribute: String) -> Int {
        setting(name)[attribute]?.int ?? setting(name).int ?? 0
    }

    func encoder(_ attribute: String) -> EncoderOptions {
        var options = EncoderOptions()
        options.denseDimension = count("dense_dimension", attribute)
        options.concatDimension = count("concat_dimension", attribute)
        options.hidden = (setting("hidden_layers_sizes")[attribute]?.array ?? []).compactMap(\.int)
        options.transformer.layers = count("number_of_transformer_layers", attribute)
        options.transformer.units = count("transformer_size", attribute)
        options.transformer.heads = count("number_of_attention_heads", attribute)
        options.transformer.usesRelativeKeys = flag("use_key_relative_attention")
        options.transformer.usesRelativeValues = flag("use_value_relative_attention")
        options.transformer.reach = setting("max_relative_position").int
        options.transformer.isUnidirectional = flag("unidirectional_encoder")
        options.density = Double(number(of: "connection_density"))
        options.dropout.rate = number(of: "drop_rate")
        options.dropout.attention = number(of: "drop_rate_attention")
        options.dropout.dropsSparseInput = flag("use_sparse_input_dropout")
        options.dropout.dropsDenseInput = flag("use_dense_input_dropout")
        return options
    }

    /// The shape of a network of texts.
    var textOptions: TextOptions {
        var options = TextOptions()
        options.learning.regularization = number(of: "regularization_constant")
        options.learning.learningRate = number(of: "learning_rate")
        options.learning.seed = 1
        options.similarity.dimension = setting("embedding_dimension").int ?? 0
        options.similarity.negatives = setting("number_of_negative_examples").int ?? 0
        options.similarity.isCosine = says("similarity_type", "cosine")
        options.similarity.isConstrained = flag("constrain_similarities")
        options.similarity.scalesLoss = flag("scale_loss")
        if says("loss_type", "margin") {
            var margin = MarginOptions()
            margin.positive = number(of: "maximum_positive_similarity")
            margin.negative = number(of: "maximum_negative_similarity")
            margin.usesMaximum = flag("use_maximum_negative_similarity")
            margin.scale = number(of: "negative_margin_scale")
            options.similarity.loss = .margin(margin)
        }
        options.text = encoder("text")
        options.label = encoder("label")
        options.classifies = flag("intent_classification")
        options.tags = flag("entity_recognition")
        options.labelsAreTexts = flag("use_text_as_label")
        options.guessesWords = flag("use_masked_language_model")
        return options
    }

    func says(_ name: String, _ value: String) -> Bool {
        setting(name).string.map { $0.unicodeScalars.elementsEqual(value.unicodeScalars) } ?? false
    }

    /// The batch as examples, its labels as all there are.
    var textExamples: TextExamples {
        var examples = TextExamples()
        let texts = texts("batch/text")
        let ids = self["batch/label/ids/0"]?.numbers.map { Int($0) }
        let order = self["labels/label/ids/0"]?.numbers.map { Int($0) } ?? []
        let labels = self.texts("labels/label")
        examples.labels = order.indices.map { id in labels[order.firstIndex(of: id) ?? id] }
        let lengths = self["batch/text/sequence_lengths/0"]?.numbers.map { Int($0) } ?? []
        var tags: [Tensor] = []
        for kind in TagSet.Kind.allCases {
            guard let tensor = self["batch/entities/\(kind.rawValue)/0"] else { continue }
            let count = (facts["entity_tag_specs"]?.array ?? []).first {
                $0["tag_name"]?.string.map { $0.unicodeScalars.elementsEqual(kind.rawValue.unicodeScalars) } ?? false
            }?["num_tags"]?.int
            examples.tagSets.append(TagSet(kind: kind, count: count ?? 0))
            tags.append(tensor)
        }
        examples.examples = texts.indices.map { text in
            TextExample(
                rows: texts[text], label: ids?[text],
                tags: tags.map { tensor in
                    let first = text * tensor.shape[1]
                    return tensor.numbers[first..<first + lengths[text]].map { Int32($0) }
                })
        }
        return examples
    }

    /// What each example of the batch was held against.
    func negatives(_ loss: String) -> Negatives? {
        if let candidates = self["draws/_tf_layers/\(loss)/candidates"] {
            return Negatives(count: candidates.shape[1], labels: candidates.integers.map { Int32($0) })
        }
        guard let inputs = self["draws/_tf_layers/\(loss)/negative_inputs"],
            let labels = self["draws/_tf_layers/\(loss)/negative_labels"]
        else { return nil }
        return Negatives(
            count: inputs.shape[1], inputs: inputs.integers.map { Int32($0) }, labels: labels.integers.map { Int32($0) }
        )
    }

    /// What chance decided in the step.
    var draws: TextStep.Draws {
        var draws = TextStep.Draws(
            labelNegatives: negatives("loss..label"), wordNegatives: negatives("loss..text_mask"))
        let place = "draws/_tf_layers/sequence_layer..text/_tf_layers/mlm_input_mask"
        guard let chosen = self["\(place)/chosen"], let kinds = self["\(place)/kind"]?.integers,
            let texts = self["\(place)/row_order"]?.integers, let places = self["\(place)/position_order"]?.integers,
            let noise = self["\(place)/noise"],
            let lengths = self["batch/text/sequence_lengths/0"]?.numbers.map({ Int($0) })
        else { return draws }
        let longest = chosen.shape[1]
        var firsts = [0]
        for length in lengths { firsts.append(firsts[firsts.count - 1] + length + 1) }
        var (rows, substitutes, shares): ([Int32], [HiddenWords.Substitute], [Int: [Float]]) = ([], [], [:])
        for (text, length) in lengths.enumerated() {
            for place in 0..<length where chosen.integers[text * longest + place] != 0 {
                let row = firsts[text] + place
                let (other, otherPlace) = (texts[text], places[place])
                rows.append(Int32(row))
                switch kinds[text * longest + place] {
                case 0: substitutes.append(.vector)
                case 2: substitutes.append(.itself)
                default:
                    if otherPlace < lengths[other] {
                        substitutes.append(.row(Int32(firsts[other] + otherPlace)))
                    } else {
                        let width = noise.shape[2]
                        let first = (other * longest + otherPlace) * width
                        shares[row] = Array(noise.numbers[first..<first + width])
                        substitutes.append(.noise)
                    }
                }
            }
        }
        draws.hiddenWords = HiddenWords(rows: rows, substitutes: substitutes)
        let given = shares
        draws.noise = { row, feature in given[row]?[feature] ?? 0 }
        return draws
    }
}
