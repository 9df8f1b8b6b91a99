import Dialogue
import ExactText
package import JSON
package import ModelArchive
import NLU
import OrderedCollections
import Policies
package import System
package import Training
package import YAML

/// Holds a model against data that it was or was not trained with.
package struct Evaluator {
    private let model: PreparedModel
    private let domain: Domain
    private let interpreter: Interpreter

    /// An evaluator for a model.
    ///
    /// - Throws: The error of the part of the model that cannot be used.
    package init(_ model: PreparedModel) throws {
        self.model = model
        domain = try Domain(json: model.metadata.domain)
        interpreter = try Interpreter(
            model: model, domainIntents: Set(domain.intents.keys), domainEntities: Set(domain.entities.names))
    }

    /// How well the model understands examples.
    ///
    /// - Parameter text: Training data as YAML, or as JSON with `rasa_nlu_data`.
    /// - Returns: The report of `POST /model/test/intents`.
    /// - Throws: ``TrainingError``, or `ModelFailure` where the model cannot handle messages.
    package func understanding(
        of text: [UInt8], file: String, environment: EnvironmentVariables = .process
    ) throws -> JSON {
        try understanding(of: try Evaluator.examples(text, file: file, environment)).json
    }

    /// How well the model understands examples.
    ///
    /// - Throws: `ModelFailure` where the model cannot handle messages.
    package func understanding(of examples: [Example]) throws -> UnderstandingEvaluation {
        var evaluation = UnderstandingEvaluation()
        try evaluation.add(examples, interpreter)
        return evaluation
    }

    /// How well the model does what stories tell; rules are not played.
    ///
    /// - Parameters:
    ///   - text: Stories as YAML.
    ///   - isEndToEnd: Whether messages are understood anew from their texts.
    /// - Returns: The report of `POST /model/test/stories`.
    /// - Throws: ``TrainingError``, or what a policy throws.
    package func stories(
        of text: [UInt8], file: String, isEndToEnd: Bool, environment: EnvironmentVariables = .process
    ) throws -> JSON {
        let document = try Trainer.document(text, file: file, environment)
        _ = try UnderstandingReader.read([.document(document)])
        return try stories(of: [document], isEndToEnd: isEndToEnd).json
    }

    /// How well the model does what stories tell; rules are not played.
    ///
    /// - Parameters:
    ///   - limit: How many stories are played; nil for all.
    ///   - played: Is told after each story how many were played, and of how many.
    /// - Throws: ``TrainingError``, or what a policy throws.
    package func stories(
        of documents: [YAMLNode], isEndToEnd: Bool, atMost limit: Int? = nil,
        played: (_ count: Int, _ all: Int) -> Void = { _, _ in }
    ) throws -> StoryEvaluation {
        var reader = StoryReader(domain, takesUnknownSlots: true)
        for document in documents { try reader.take(document) }
        var evaluation = StoryEvaluation(
            domain: domain, ensemble: try PolicyEnsemble(model: model, domain: domain), interpreter: interpreter,
            isEndToEnd: isEndToEnd)
        let trackers = try StoryTeller(reader.steps.filter { !$0.isRule }, domain).tell().trackers
        let told = limit.map { Array(trackers.prefix($0)) } ?? trackers
        for (number, story) in told.enumerated() {
            try evaluation.play(story)
            played(number + 1, told.count)
        }
        return evaluation
    }

    /// Whether the model has policies, so that it can play stories.
    package var hasPolicies: Bool { !model.metadata.policies.isEmpty }

    /// The examples of a text in YAML or one of the JSON forms.
    static func examples(
        _ text: [UInt8], file: String, _ environment: EnvironmentVariables
    ) throws(TrainingError) -> [Example] {
        if let source = try DataFile(json: text, file: file, language: "en") {
            return try UnderstandingReader.read([source]).data.examples.filter(\.isComplete)
        }
        let document = try Trainer.document(text, file: file, environment)
        return try UnderstandingReader.read([.document(document)]).data.examples.filter(\.isComplete)
    }
}
