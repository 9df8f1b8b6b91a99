import Dialogue

/// An action of the assistant's author, which runs on an action server.
///
/// Without a server it fails as in Rasa: the error is logged, the action counts as run, the conversation goes on.
struct CustomAction: Action {
    let name: String

    func run(_ context: ActionContext) async throws -> [Event] {
        throw ActionError(
            .noActionServer, "it runs on an action server; name one as action_endpoint in the endpoints file")
    }
}

/// A form, which asks for one slot after the other.
struct RunForm: Action {
    let name: String

    func run(_ context: ActionContext) async throws -> [Event] {
        throw ActionError(.notServed, "forms are not served by this version")
    }
}
