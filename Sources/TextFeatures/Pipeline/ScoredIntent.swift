package import JSON

/// An intent with the confidence that a classifier gave it.
package struct ScoredIntent: Sendable, Hashable {
    /// The intent's name; nil where nothing was found.
    package var name: String?
    /// From 0 to 1, unless a network reports raw similarities.
    package var confidence: Double
    /// How the confidence is written where it is an option that is true or false; nil for its number.
    package var written: JSON?

    package init(name: String?, confidence: Double) {
        self.name = name
        self.confidence = confidence
    }

    // Rankings have many objects with the same keys, so no key is hashed again.
    private static let shape: JSONObject = ["name": .null, "confidence": .null]
    private static let keyedShape: JSONObject = ["confidence": .null, "intent_response_key": .null]

    /// The intent as rankings of intents write it.
    package var json: JSON {
        .object(Self.shape.withValues { $0 == 0 ? .text(name) : confidenceJSON })
    }

    package var confidenceJSON: JSON { written ?? .double(confidence) }

    /// The same as rankings of responses write it: there the name is a response key.
    var keyedJSON: JSON {
        .object(Self.keyedShape.withValues { $0 == 0 ? .double(confidence) : .text(name) })
    }
}
