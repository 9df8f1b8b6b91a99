import Dialogue
import ExactText
import ModelArchive
import NLU
import OrderedCollections
import Policies
import System

/// Loads what was trained as a server will, so that no archive is written that could not be loaded.
enum ServingCheck {
    /// - Parameter archive: The path of the archive, beside which it is prepared for the moment.
    /// - Throws: ``TrainingError`` with what the server would say.
    static func check(_ archive: String) throws(TrainingError) {
        let prepared = "\(archive).prepared"
        defer { Directory.delete(prepared) }
        do {
            try ModelPreparer().prepare(archive: archive, into: prepared)
            let model = try PreparedModel.open(prepared)
            let domain = try Domain(json: model.metadata.domain)
            _ = try Interpreter(
                model: model, domainIntents: Set(domain.intents.keys), domainEntities: Set(domain.entities.names))
            _ = try PolicyEnsemble(model: model, domain: domain)
        } catch {
            throw TrainingError(.badConfiguration, "the model could not be loaded: \(error)")
        }
    }
}
