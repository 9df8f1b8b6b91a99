import Dialogue
import ExactText
package import JSON
package import ModelArchive
import OrderedCollections
import Policies
import Settings
import Training
import Understanding
package import YAML

/// Holds a model against data that it was or was not trained with.
package struct Evaluator {
    private let model: PreparedModel
    private let domain: Domain
    private let interpreter: Interpreter

    /// An evaluator for a model.
    ///
    /// - Throws: The error of the part of the model that cannot be served.
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
        var evaluation = UnderstandingEvaluation()
        try evaluation.add(try Evaluator.examples(text, file: file, environment), interpreter)
        return evaluation.json
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
        var reader = StoryReader(domain, takesUnknownSlots: true)
        try reader.take(document)
        var evaluation = StoryEvaluation(
            domain: domain, ensemble: try PolicyEnsemble(model: model, domain: domain), interpreter: interpreter,
            isEndToEnd: isEndToEnd)
        for story in try StoryTeller(reader.steps.filter { !$0.isRule }, domain).tell().trackers {
            try evaluation.play(story)
        }
        return evaluation.json
    }

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
