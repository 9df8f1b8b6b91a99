import ExactText
package import Tensors

/// A message on its way through the pipeline: its text and what the components found so far.
package struct Message: Sendable {
    /// A part of the result that only some pipelines and messages have.
    package enum Extra: Sendable, Hashable {
        case tokens, ranking, selection
    }

    package let text: MessageText
    /// What the text is; features differ.
    let attribute: TextFeaturizer.Attribute
    package var tokens: [Token] = []
    /// Features in the order of the pipeline.
    package private(set) var features: [FeatureBlock] = []

    /// The intent; nil as long as no component has said anything.
    package var intent: ScoredIntent?
    /// All intents by confidence; nil likewise.
    package var ranking: [ScoredIntent]?
    package var entities: [EntityMatch] = []
    package var selection: ResponseSelection?
    /// What is part of the response besides text, intent and entities, in the order in which it came.
    package private(set) var extras: [Extra] = []
    /// Why a component could not handle the message, so that nothing is understood of it.
    package var failure: ModelFailure?

    private var patternHits: [PatternHits] = []
    /// Where the hits of each pattern are, by name. Of patterns of one name the last counts.
    private var patternPlaces: [(name: String, hits: Int, column: Int)] = []

    private var combined: (blocks: Int, selection: FeatureSelection, result: CombinedFeatures)?

    package init(text: MessageText, attribute: TextFeaturizer.Attribute = .text) {
        self.text = text
        self.attribute = attribute
    }

    /// Makes something part of the response.
    package mutating func note(_ extra: Extra) {
        if !extras.contains(extra) { extras.append(extra) }
    }

    mutating func add(_ block: FeatureBlock) { features.append(block) }

    mutating func add(_ hits: PatternHits) {
        for (column, name) in hits.names.enumerated() {
            if let place = patternPlaces.firstIndex(where: { $0.name.exact == name.exact }) {
                (patternPlaces[place].hits, patternPlaces[place].column) = (patternHits.count, column)
            } else {
                patternPlaces.append((name, patternHits.count, column))
            }
        }
        patternHits.append(hits)
    }

    /// Which patterns are found in a word, by name.
    package func patterns(ofToken index: Int) -> [(name: String, isFound: Bool)] {
        patternPlaces.map { place in
            let hits = patternHits[place.hits]
            return (place.name, hits.values[index * hits.names.count + place.column])
        }
    }

    /// The features for a network, side by side; nil if there are none. Networks with the same wishes share them.
    package mutating func features(for selection: FeatureSelection) -> CombinedFeatures? {
        if let combined, combined.blocks == features.count, combined.selection == selection { return combined.result }
        guard let result = selection.combine(features) else { return nil }
        combined = (features.count, selection, result)
        return result
    }
}

/// The features that one featurizer made of a message.
package struct FeatureBlock {
    /// The featurizer's place among the featurizers of the pipeline.
    package let origin: Int
    /// One row per token.
    let sequence: SparseRows
    /// One row; nil for featurizers that look at tokens only.
    package let sentence: SparseRows?
}

/// Which patterns one `RegexFeaturizer` found in which words.
struct PatternHits {
    let names: [String]
    /// One row per word, one column per pattern.
    let values: [Bool]
}

/// The features that go into a network.
package struct CombinedFeatures {
    package let sequence: FeatureSet?
    package let sentence: FeatureSet?
}
