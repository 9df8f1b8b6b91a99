import ExactText
import System
package import YAML

/// Why nothing could be trained. The sentence names what to change, and where one can be told, file and line.
package struct TrainingError: CodedError {
    package enum Code: Sendable, Hashable {
        /// A file is missing or cannot be read or written.
        case inputOutput
        /// Examples or responses, or the YAML they are written in, are not as they must be.
        case badData
        /// Stories or rules are not as they must be.
        case badStories
        case badDomain
        /// The configuration names something unknown or impossible.
        case badConfiguration
        /// The configuration asks for a component that this version does not train.
        case notTrainable
        /// Rules that contradict each other or the stories, or that are incomplete.
        case badRules
        /// There is nothing to learn from.
        case nothingToTrain
        /// The loss of a network grew beyond all numbers.
        case diverged
        /// It was told to end.
        case cancelled
    }

    package let code: Code
    /// Where the fault is; nil where it is in no one place.
    package let place: SourcePlace?
    package let message: String

    /// An error, at a place if there is one.
    package init(_ code: Code, at place: SourcePlace? = nil, _ message: String) {
        self.code = code
        self.place = place
        self.message = message
    }

    /// The error of a component that does not know where it stands.
    ///
    /// What loading says of a component names its node in the graph; people know it by its class.
    func at(_ step: PipelineStep) -> TrainingError {
        guard place == nil, [.badConfiguration, .notTrainable].contains(code) else { return self }
        var sentence = message
        if let rest = sentence.exact.removingPrefix("Node \(step.name): ") {
            sentence = "\(step.component): \(String(rest).exact.removingSuffix(".") ?? rest)"
        }
        return TrainingError(code, at: step.place(ofOptionIn: sentence), sentence)
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
