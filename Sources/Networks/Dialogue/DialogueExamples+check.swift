import Tensors

/// The layers work on plain memory, so that what comes in is checked once.
extension DialogueExamples {
    /// - Throws: ``NetworkTrainingError`` with `.unsuited`; names the example or turn that does not fit the rest.
    func check(_ options: DialogueOptions) throws(NetworkTrainingError) {
        guard !examples.isEmpty else { throw .unsuited("there is no example to learn from") }
        guard options.aim == .one || options.readsBackwards else {
            throw .unsuited("several labels of one state need dialogues that are read from the latest turn back")
        }
        for (index, example) in examples.enumerated() {
            guard !example.turns.isEmpty, example.turns.allSatisfy({ turns.indices.contains(Int($0)) }) else {
                throw .unsuited("example \(index) has no turn, or one beyond the \(turns.count)")
            }
            guard !example.labels.isEmpty, example.labels.allSatisfy({ labels.indices.contains(Int($0)) }) else {
                throw .unsuited("example \(index) has no label among \(labels.count)")
            }
            let wanted = options.readsBackwards ? 1 : example.turns.count
            guard options.aim == .several || example.labels.count == wanted else {
                throw .unsuited("example \(index) has \(example.labels.count) labels, where \(wanted) would be right")
            }
        }
        if options.tags, let entityTags {
            for (index, turn) in turns.enumerated() where !turn.tags.allSatisfy({ $0 >= 0 && $0 < entityTags }) {
                throw .unsuited("turn \(index) has a tag beyond the \(entityTags)")
            }
        }
        try checkFeatures(options)
        for attribute in TurnAttribute.allCases {
            if turns.contains(where: { $0.attributes[attribute] != nil }) {
                try options.encoders[.turn(attribute)]?.check(isText: attribute.isText)
            }
            if labels.contains(where: { $0[attribute] != nil }) {
                try options.encoders[.label(attribute)]?.check(isText: attribute.isText)
            }
        }
    }

    private func checkFeatures(_ options: DialogueOptions) throws(NetworkTrainingError) {
        for attribute in TurnAttribute.allCases {
            for (owners, kind) in [(turns.map(\.attributes), "turns"), (labels, "labels")] {
                let rows = owners.compactMap { $0[attribute] }
                try TextExamples.checkWidths(rows, "\(kind)' \(attribute.rawValue)")
            }
        }
        for (group, name) in zip(TurnAttribute.places.prefix(2), ["intent or text", "action"]) {
            guard turns.contains(where: { turn in group.contains { turn.attributes[$0] != nil } }) else {
                throw .unsuited("no turn has an \(name), so there is nothing to learn from")
            }
        }
        guard labels.allSatisfy({ label in label.keys.contains(where: \.isEncoded) }) else {
            throw .unsuited("a label has no features")
        }
    }
}

extension DialogueOptions {
    /// - Throws: ``NetworkTrainingError`` with `.unsuited`; names Rasa's option that no network can be made with.
    func check() throws(NetworkTrainingError) {
        try learning.check()
        try similarity.check()
        try EncoderOptions.check("encoding_dimension", [encodingDimension])
        try transformer.check()
        guard density >= 0, density <= 1 else {
            throw .unsuited("'connection_density' is \(density), but must be from 0 to 1")
        }
        for (name, rate) in [("drop_rate_dialogue", dropout), ("drop_rate_attention", attentionDropout)] {
            guard rate >= 0, rate < 1 else {
                throw .unsuited("'\(name)' is \(rate), but must be from 0 to below 1")
            }
        }
    }
}
