package import NLU

/// The servers that an assistant asks during a turn; each is nil where the assistant does without.
package struct AssistantServers: Sendable {
    /// Runs the author's own actions (`action_endpoint`).
    package var actions: (any ActionServer)?
    /// Makes the words of responses (`nlg`), in place of the domain's.
    package var responses: (any ResponseGenerator)?
    /// Understands messages (`nlu`), in place of the model's pipeline.
    package var interpreter: (any NLUInterpreter)?
    /// Find entities for the model's pipeline, such as Duckling.
    package var entities: RemoteExtractors?

    package init(
        actions: (any ActionServer)? = nil, responses: (any ResponseGenerator)? = nil,
        interpreter: (any NLUInterpreter)? = nil, entities: RemoteExtractors? = nil
    ) {
        self.actions = actions
        self.responses = responses
        self.interpreter = interpreter
        self.entities = entities
    }
}
