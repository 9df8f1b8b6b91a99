import Dialogue
import JSON
import PythonSemantics

/// An action of the assistant's author, which runs on an action server (Rasa's `RemoteAction`).
///
/// Where there is no server, or it fails, the error is logged, the action counts as run, and the conversation goes on.
struct CustomAction: Action {
    let name: String

    func run(_ context: ActionContext) async throws -> [Event] {
        guard let server = context.server else {
            throw ActionError(
                .noActionServer, "it runs on an action server; name one as action_endpoint in the endpoints file")
        }
        do throws(ActionError) {
            let call = ActionCall(action: name, tracker: context.tracker, domain: context.document)
            let reply = try await server.run(call)
            return try await messages(reply.responses, context) + reply.events
        } catch  where error.code == .rejected {
            throw ActionRejection(reason: error.message)
        }
    }

    /// The messages that a server's responses stand for, in order. They come before its events.
    private func messages(_ responses: [JSON], _ context: ActionContext) async throws(ActionError) -> [Event] {
        var messages: [Event] = []
        for response in responses {
            guard let parts = response.object, let message = try await message(parts, context) else { continue }
            messages.append(Event.utterance(message))
        }
        return messages
    }

    /// A message as the domain's response says it, with the server's own parts over it; nil where the domain has no
    /// response by that name for the channel.
    private func message(_ parts: JSONObject, _ context: ActionContext) async throws(ActionError) -> JSONObject? {
        var parts = parts
        var message: JSONObject = [:]
        if let named = parts.removeValue(forKey: "response"), named.isPythonTrue {
            guard let name = named.string else {
                throw ActionError(.badResponse, "the name of a response is not a string")
            }
            let made: JSONObject?
            do {
                made = try await context.responses.generate(
                    ResponseRequest(
                        response: name, tracker: context.tracker, channel: context.channelName, values: parts))
            } catch {
                throw ActionError(.badTemplate, "the response \"\(name)\" could not be made: \(error)")
            }
            guard let made, !made.isEmpty else { return nil }
            message = made
            message["utter_action"] = named
        }
        if let buttons = parts.removeValue(forKey: "buttons"), buttons.isPythonTrue {
            guard let added = buttons.array, let own = (message["buttons"] ?? []).array else {
                throw ActionError(.badResponse, "the buttons of a response are not a list")
            }
            message["buttons"] = .array(own + added)
        }
        for (name, value) in parts where value.isPythonTrue { message[name] = value }
        return message
    }
}
