import JSON
import Tensors

@testable import Networks

extension RecordedStep {
    /// The shape of a network of dialogues.
    var dialogueOptions: DialogueOptions {
        let shared = textOptions
        var options = DialogueOptions()
        options.learning = shared.learning
        options.similarity = shared.similarity
        options.aim = says("model", of: facts, "IntentTED") ? .several : .one
        for attribute in TurnAttribute.allCases {
            options.encoders[.turn(attribute)] = encoder(attribute.rawValue)
            options.encoders[.label(attribute)] = encoder("label_" + attribute.rawValue)
        }
        options.encodingDimension = setting("encoding_dimension").int ?? 0
        options.transformer = encoder("dialogue").transformer
        options.transformer.isUnidirectional = false
        options.dropout = number(of: "drop_rate_dialogue")
        options.attentionDropout = number(of: "drop_rate_attention")
        options.density = Double(number(of: "connection_density"))
        options.tags = flag("entity_recognition")
        options.readsBackwards = facts["max_history_featurizer_is_used"]?.bool ?? true
        if !options.readsBackwards { options.transformer.isUnidirectional = true }
        return options
    }

    private func says(_ name: String, of object: JSON, _ value: String) -> Bool {
        object[name]?.string.map { $0.unicodeScalars.elementsEqual(value.unicodeScalars) } ?? false
    }

    /// The batch as examples, its labels as all there are.
    var dialogueExamples: DialogueExamples {
        var examples = DialogueExamples()
        let lengths = self["batch/dialogue/length/0"]?.numbers.map { Int($0) } ?? []
        let attributes = TurnAttribute.allCases.compactMap { attribute in
            self["batch/\(attribute.rawValue)/mask/0"].map { (attribute, $0, rows(of: attribute)) }
        }
        var next = [Int](repeating: 0, count: attributes.count)
        let ids = self["batch/label/ids/0"]
        var tagged = 0
        for (example, length) in lengths.enumerated() {
            var turns: [Int32] = []
            for place in 0..<length {
                var turn = Turn(attributes: [:])
                for (index, (attribute, mask, rows)) in attributes.enumerated()
                where mask.numbers[example * mask.shape[1] + place] == 1 {
                    turn.attributes[attribute] = rows[next[index]]
                    next[index] += 1
                    if attribute == .text, place == length - 1, let tags = self["batch/entity_tags/ids/0"] {
                        let first = tagged * tags.shape[1]
                        turn.tags = tags.numbers[first..<first + rows[next[index] - 1].sequence.rows].map { Int32($0) }
                        tagged += 1
                    }
                }
                turns.append(Int32(examples.turns.count))
                examples.turns.append(turn)
            }
            let width = ids?.shape[1] ?? 0
            let own = ids?.numbers[example * width..<(example + 1) * width].map { Int32($0) } ?? []
            examples.examples.append(
                DialogueExample(
                    turns: turns,
                    labels: dialogueOptions.readsBackwards ? own.filter { $0 >= 0 } : Array(own.prefix(length))))
        }
        examples.labels = labels
        examples.entityTags = (facts["entity_tag_specs"]?.array ?? []).first?["num_tags"]?.int
        return examples
    }

    private var labels: [[TurnAttribute: TextFeatureRows]] {
        var labels = [[TurnAttribute: TextFeatureRows]](
            repeating: [:], count: self["labels/label/ids/0"]?.shape[0] ?? 0)
        for attribute in TurnAttribute.allCases {
            let place = "labels/label_\(attribute.rawValue)"
            guard let mask = self["\(place)/mask/0"] else { continue }
            let rows = attribute.isText ? textsOfTurns(place) : texts(place)
            var next = 0
            for label in labels.indices where mask.numbers[label] == 1 {
                labels[label][attribute] = rows[next]
                next += 1
            }
        }
        return labels
    }

    private func rows(of attribute: TurnAttribute) -> [TextFeatureRows] {
        let place = "batch/\(attribute.rawValue)"
        return attribute.isText ? textsOfTurns(place) : texts(place)
    }

    /// The texts of turns; those that are none have no features, but a length of 0.
    private func textsOfTurns(_ place: String) -> [TextFeatureRows] {
        let lengths = (self["\(place)/sequence_lengths/0"]?.numbers ?? []).map { Int($0) }.filter { $0 > 0 }
        let sequences = features("\(place)/sequence", lengths: lengths)
        let sentences = features("\(place)/sentence", lengths: nil)
        return sequences.indices.map { TextFeatureRows(sequence: sequences[$0], sentence: sentences[$0]) }
    }
}
