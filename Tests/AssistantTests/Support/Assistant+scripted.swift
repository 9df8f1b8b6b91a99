import Dialogue
import JSON
import Logging

@testable import Assistant

extension Assistant {
    /// An assistant whose understanding and policies follow a script.
    static func scripted(
        domain: JSON, modelID: String = "model", assistantID: String? = "assistant", interpreter: any NLUInterpreter,
        predictor: (any ActionPredictor)?, options: AssistantOptions = AssistantOptions(),
        servers: AssistantServers = AssistantServers()
    ) throws -> Assistant {
        var logger = Logger(label: "parley.test")
        logger.logLevel = .critical
        return Assistant(
            modelID: modelID, assistantID: assistantID, archiveName: "test.tar.gz", domain: try Domain(json: domain),
            options: options, logger: logger, interpreter: interpreter, predictor: predictor, servers: servers)
    }
}
