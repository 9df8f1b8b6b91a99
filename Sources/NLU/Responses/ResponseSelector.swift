import ExactText
import JSON
import ModelArchive
import OrderedCollections
import PythonSemantics
import Tensors
import TextFeatures

/// Chooses a response of a retrieval intent (Rasa's `ResponseSelector`).
struct ResponseSelector: Component {
    private static let stem = "ResponseSelector"
    /// Nil if there was nothing to train.
    private let network: TextNetwork?
    private let place: String
    private let retrievalIntents: [String]
    /// The response key and the variations of each label.
    private let candidates: [ExactString: (key: String, responses: JSON)]

    init(_ context: inout LoadingContext) throws(LoadError) {
        let settings = try NetworkSettings(context.options)
        let intent = context.options["retrieval_intent"].flatMap { $0.isPythonTrue ? $0.string : nil }
        place = intent ?? "default"
        guard let weights = context.weights(Self.stem) else {
            (network, retrievalIntents, candidates) = (nil, [], [:])
            return
        }
        let network = try TextNetwork(weights, Self.stem, rankingLabels: true, settings: settings, context)
        self.network = network
        retrievalIntents =
            try context.json(Self.stem + ".retrieval_intents.json", .list(.text))?.array?.compactMap(\.string) ?? []
        let responses = try context.json(Self.stem + ".responses.json", .map(.list(.map(.anything))))?.object ?? [:]
        var candidates: [ExactString: (key: String, responses: JSON)] = [:]
        for label in network.labels?.names ?? [] {
            let key = Self.key(of: label, in: responses) ?? label
            let stored = responses["utter_" + key].flatMap { $0.array?.isEmpty == false ? $0 : nil }
            candidates[label] = (key, stored ?? [["text": .string(key)]])
        }
        self.candidates = candidates
    }

    /// The key of the first response that is called like the label or has its text.
    private static func key(of label: String, in responses: JSONObject) -> String? {
        for (name, variations) in responses {
            // The original takes what stands between the first `utter_` and the next.
            let parts = name.exact.components(separatedBy: "utter_")
            let key = parts.count > 1 ? String(parts[1]) : name
            if key.exact == label.exact
                || variations.array?.contains(where: { ($0["text"]?.string ?? "").exact == label.exact }) == true
            {
                return key
            }
        }
        return nil
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        var selection = message.selection ?? ResponseSelection(retrievalIntents: [], choices: [:])
        selection.retrievalIntents = retrievalIntents
        selection.choices[place] = choice(for: &message, using: scratch)
        message.selection = selection
        message.note(.selection)
    }

    private func choice(for message: inout Message, using scratch: Scratch) -> ResponseSelection.Choice {
        var ranking: [ScoredIntent] = []
        do {
            // The shapes were checked when the model was loaded; a failure here leaves the neutral result.
            if let network, let row = try network.encode(&message, everyWord: false, using: scratch) {
                ranking = try network.rank(row: row, using: scratch)
            }
        } catch let failure as ModelFailure {
            message.failure = failure
        } catch {
            ranking = []
        }
        guard let best = ranking.first, let label = best.name, let candidate = candidates[label] else {
            return ResponseSelection.Choice(responses: .null, confidence: 0, key: nil, ranking: [])
        }
        return ResponseSelection.Choice(
            responses: candidate.responses, confidence: best.confidence, key: candidate.key,
            ranking: ranking.map { scored in
                ScoredIntent(
                    name: scored.name.map { candidates[$0]?.key ?? $0 }, confidence: scored.confidence)
            })
    }
}
