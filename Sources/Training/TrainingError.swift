import Settings
package import YAML

/// Why nothing could be trained. The sentence names what to change, and where one can be told, file and line.
package struct TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault; the list may grow.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// A stable name for logs.
        package let description: String

        /// A file is missing or cannot be read or written.
        package static let inputOutput = Code(description: "training_input_output")
        /// Examples or responses, or the YAML they are written in, are not as they must be.
        package static let badData = Code(description: "training_data_invalid")
        /// Stories or rules are not as they must be.
        package static let badStories = Code(description: "training_stories_invalid")
        /// The domain cannot be used.
        package static let badDomain = Code(description: "training_domain_invalid")
        /// The configuration names something unknown or impossible.
        package static let badConfiguration = Code(description: "training_configuration_invalid")
        /// The configuration asks for a component that this version does not train.
        package static let notTrainable = Code(description: "training_component_not_trainable")
        /// Rules that contradict each other or the stories, or that are incomplete.
        package static let badRules = Code(description: "training_rules_invalid")
        /// There is nothing to learn from.
        package static let nothingToTrain = Code(description: "training_nothing_to_train")
    }

    /// The kind of fault.
    package let code: Code
    /// Where the fault is; nil where it is in no one place.
    package let place: SourcePlace?
    /// What was found and what would be right.
    package let message: String

    /// An error, at a place if there is one.
    package init(_ code: Code, at place: SourcePlace? = nil, _ message: String) {
        self.code = code
        self.place = place
        self.message = message
    }

    init(_ error: SourceError) {
        self.init(error.code == .unreadable ? .inputOutput : .badData, at: error.place, error.message)
    }

    /// `file:line: message`, or the message alone.
    package var description: String { place.map { "\($0): \(message)" } ?? message }
}

/// Something in the training data that is passed over or is probably not meant; training goes on.
package struct TrainingWarning: Sendable, Hashable, CustomStringConvertible {
    /// Where it is; nil where it is in no one place.
    package let place: SourcePlace?
    /// What was found.
    package let message: String
    /// Whether it is more than a hint: a strict check does not let it pass.
    let isDoubt: Bool

    init(at place: SourcePlace? = nil, _ message: String, isDoubt: Bool = false) {
        self.place = place
        self.message = message
        self.isDoubt = isDoubt
    }

    /// `file:line: message`, or the message alone.
    package var description: String { place.map { "\($0): \(message)" } ?? message }
}
