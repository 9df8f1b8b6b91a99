import Dialogue
import ExactText
import JSON
import Logging
package import ModelArchive
import NLU
package import Offloading
import OrderedCollections
import Policies

extension Assistant {
    /// Loads a prepared model: milliseconds, as its weights are mapped and not read.
    ///
    /// - Throws: `DomainError`, `LoadError` or `PolicyError`, each naming the part of the model that cannot be used,
    ///   or the error of a file that does not fit.
    package convenience init(
        model: PreparedModel, options: AssistantOptions = AssistantOptions(),
        servers: AssistantServers = AssistantServers(), offload: any Offload = InlineOffload()
    ) throws {
        let metadata = model.metadata
        let domain = try Domain(json: metadata.domain)
        let interpreter = try Interpreter(
            model: model, domainIntents: Set(domain.intents.keys), domainEntities: Set(domain.entities.names),
            servers: servers.entities, allowMissingComponents: options.allowMissingComponents)
        let ensemble = try PolicyEnsemble(model: model, domain: domain)
        self.init(
            modelID: metadata.modelID, assistantID: metadata.assistantID, archiveName: model.archiveName,
            directory: model.directory,
            domain: domain, options: options, logger: Logger(label: "parley.assistant"),
            interpreter: ModelInterpreter(interpreter: interpreter, offload: offload),
            predictor: ensemble.isEmpty ? nil : ModelActionPredictor(ensemble: ensemble, domain: domain),
            servers: servers, offload: offload)
    }
}

/// The pipeline of a model, as the turn asks it.
private struct ModelInterpreter: NLUInterpreter {
    let interpreter: Interpreter
    let offload: any Offload

    func parse(_ text: String, of conversation: String) async throws -> JSONObject {
        try await interpreter.understand(text, offload: offload).json().object ?? [:]
    }
}
