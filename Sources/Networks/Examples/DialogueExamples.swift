/// What a turn can be made of, by Rasa's names.
package enum TurnAttribute: String, Sendable, Hashable, CaseIterable {
    case intent, text
    case actionName = "action_name"
    case actionText = "action_text"
    case entities, slots
    case activeLoop = "active_loop"

    /// Whether it is a text with tokens, which has layers of its own for them.
    package var isText: Bool { self == .text || self == .actionText }
}

/// What has an encoder of its own.
package enum EncodedAttribute: Sendable, Hashable {
    case turn(TurnAttribute)
    case label(TurnAttribute)
}

/// What a network of dialogues learns from. Turns that are alike are stored once.
package struct DialogueExamples: Sendable {
    /// Every turn that occurs, once.
    package var turns: [Turn] = []
    package var examples: [DialogueExample] = []
    /// The features of every label, by its id; a label lacks what it does not have (an action is a name or a text).
    package var labels: [[TurnAttribute: TextFeatureRows]] = []
    /// The tags of entities in texts; nil where there is none to be told.
    package var entityTags: Int?
    /// The widths of sparse features by featurizer, for learning on from other weights.
    package var sparseWidths: [EncodedAttribute: SparseWidths] = [:]

    package init() {}
}

/// What is known after one action, as features of the attributes that are there.
package struct Turn: Sendable {
    package var attributes: [TurnAttribute: TextFeatureRows]
    /// The tag of each token of its text; empty where it has none.
    package var tags: [Int32]

    package init(attributes: [TurnAttribute: TextFeatureRows], tags: [Int32] = []) {
        self.attributes = attributes
        self.tags = tags
    }
}

/// A dialogue up to a point, and what follows there.
package struct DialogueExample: Sendable {
    /// Places in the list of turns, the oldest first; at least one.
    package var turns: [Int32]
    /// What follows: one label, or all that can; of dialogues that are read from their begin, one label after each turn.
    package var labels: [Int32]

    package init(turns: [Int32], labels: [Int32]) {
        self.turns = turns
        self.labels = labels
    }
}
