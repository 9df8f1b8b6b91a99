public import Settings

/// Why nothing could be trained. The sentence names what to change, and where one can be told, file and line.
public struct TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault; the list may grow.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// A stable name for logs.
        public let description: String

        /// A file is missing or cannot be read or written.
        public static let inputOutput = Code(description: "training_input_output")
        /// Examples or responses, or the YAML they are written in, are not as they must be.
        public static let badData = Code(description: "training_data_invalid")
        /// Stories or rules are not as they must be.
        public static let badStories = Code(description: "training_stories_invalid")
        /// The domain cannot be used.
        public static let badDomain = Code(description: "training_domain_invalid")
        /// The configuration names something unknown or impossible.
        public static let badConfiguration = Code(description: "training_configuration_invalid")
        /// The configuration asks for a component that this version does not train.
        public static let notTrainable = Code(description: "training_component_not_trainable")
        /// Rules that contradict each other or the stories, or that are incomplete.
        public static let badRules = Code(description: "training_rules_invalid")
        /// There is nothing to learn from.
        public static let nothingToTrain = Code(description: "training_nothing_to_train")
    }

    /// The kind of fault.
    public let code: Code
    /// Where the fault is; nil where it is in no one place.
    public let place: SourcePlace?
    /// What was found and what would be right.
    public let message: String

    /// An error, at a place if there is one.
    public init(_ code: Code, at place: SourcePlace? = nil, _ message: String) {
        self.code = code
        self.place = place
        self.message = message
    }

    init(_ error: SettingsError) {
        self.init(error.code == .unreadable ? .inputOutput : .badData, at: error.place, error.message)
    }

    /// `file:line: message`, or the message alone.
    public var description: String { place.map { "\($0): \(message)" } ?? message }
}

/// Something in the training data that is passed over or is probably not meant; training goes on.
public struct TrainingWarning: Sendable, Hashable, CustomStringConvertible {
    /// Where it is; nil where it is in no one place.
    public let place: SourcePlace?
    /// What was found.
    public let message: String
    /// Whether it is more than a hint: a strict check does not let it pass.
    let isDoubt: Bool

    init(at place: SourcePlace? = nil, _ message: String, isDoubt: Bool = false) {
        self.place = place
        self.message = message
        self.isDoubt = isDoubt
    }

    /// `file:line: message`, or the message alone.
    public var description: String { place.map { "\($0): \(message)" } ?? message }
}
