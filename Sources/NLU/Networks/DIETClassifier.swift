import JSON
import Tensors
import TextFeatures

/// Finds the intent and entities of a message by a transformer network (Rasa's `DIETClassifier`).
struct DIETClassifier: Component {
    static let name = "DIETClassifier"
    /// Nil if there was nothing to train.
    private let network: TextNetwork?
    private let tagger: EntityTagger?
    private let classifiesIntents: Bool

    init(_ context: inout LoadingContext) throws(LoadError) {
        let settings = try NetworkSettings(context.options)
        classifiesIntents = context.options.flag("intent_classification", default: true)
        guard let weights = context.weights(Self.name) else {
            (network, tagger) = (nil, nil)
            return
        }
        let findsEntities = context.options.flag("entity_recognition", default: true)
        network = try TextNetwork(
            weights, Self.name, rankingLabels: classifiesIntents, settings: settings, context)
        tagger = findsEntities ? try EntityTagger(weights, Self.name, context) : nil
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        // The shapes were checked when the model was loaded; a failure here leaves the neutral result.
        var ranking: [ScoredIntent] = []
        do {
            if let network, let row = try network.encode(&message, everyWord: tagger != nil, using: scratch) {
                if classifiesIntents { ranking = try network.rank(row: row, using: scratch) }
                if let tagger { message.entities += try tagger.entities(of: message, using: scratch) }
            }
        } catch let failure as ModelFailure {
            message.failure = failure
        } catch {
            ranking = []
        }
        guard classifiesIntents else { return }
        message.intent = ranking.first ?? ScoredIntent(name: nil, confidence: 0)
        message.ranking = ranking
        message.note(.ranking)
    }
}
