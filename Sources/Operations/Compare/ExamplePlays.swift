import ExactText
import OrderedCollections
import Training
import YAML

/// Examples as questions, or as conversations of one message.
enum ExamplePlays {
    /// - Parameters:
    ///   - limit: How many there are at most; each intent gets its share.
    ///   - isParsed: Whether texts are only understood, by the API, rather than said to the assistant.
    static func plays(_ examples: some Sequence<Example>, limit: Int, isParsed: Bool) -> [Play] {
        var byIntent: OrderedDictionary<ExactString, [Example]> = [:]
        var known: Set<ExactString> = []
        for example in examples where known.insert(example.text).inserted {
            byIntent[(example.intent ?? "").exact, default: []].append(example)
        }
        var chosen: [Example] = []
        var round = 0
        while chosen.count < limit {
            let next = byIntent.values.compactMap { $0.indices.contains(round) ? $0[round] : nil }
            guard !next.isEmpty else { break }
            chosen += next.prefix(limit - chosen.count)
            round += 1
        }
        return chosen.map { example in
            let request: PlannedRequest =
                isParsed
                ? .parse(example.text, intent: example.intent) : .message(example.text, intent: example.intent)
            return Play(kind: .example, name: example.place?.description ?? example.text, requests: [request])
        }
    }

    /// A text for each retrieval intent with its response, `intent/response`, which has no short form that selects one.
    static func texts(ofResponseKeys examples: some Sequence<Example>) -> [ExactString: String] {
        var texts: [ExactString: String] = [:]
        for example in examples {
            if let key = example.responseKey?.exact, texts[key] == nil { texts[key] = example.text }
        }
        return texts
    }
}
