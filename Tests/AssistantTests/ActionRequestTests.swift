import Dialogue
import JSON
import Stores
import Synchronization
import Testing

@testable import Assistant

@Suite("An action server sees the messages as Rasa shows them to it")
struct ActionRequestTests {
    /// Keeps the conversation of the last request.
    private final class Listening: ActionServer {
        let seen = Mutex<Tracker?>(nil)

        func run(_ call: ActionCall) async throws(ActionError) -> ActionServerReply {
            seen.withLock { $0 = call.tracker }
            return ActionServerReply()
        }

        var messages: [String?] {
            let state = seen.withLock { $0?.currentState() } ?? .null
            return [
                state["latest_message"]?["text"]?.string, state["active_loop"]?["trigger_message"]?["text"]?.string,
            ]
        }
    }

    private let server = Listening()
    private let domain: JSON = [
        "intents": ["start", "again"], "actions": ["action_tell"], "slots": ["one": ["type": "text", "mappings": []]],
        "forms": ["a_form": ["required_slots": ["one"]]],
    ]

    private func conversations() throws -> Conversations {
        let assistant = try Assistant.scripted(
            domain: domain, interpreter: ScriptedInterpreter(), predictor: ScriptedDeciding([]),
            servers: AssistantServers(actions: server))
        return Conversations(
            assistant: ActiveAssistant(assistant), leases: TestLeases(), stores: InMemoryTrackerStore())
    }

    private func user(_ text: String) -> Event {
        Event(.user(UserUttered(text: text, parseData: ["intent": ["name": .string(text)]])))
    }

    private func action(_ name: String) -> Event { Event(.action(ActionExecuted(name: name))) }

    @Test("when an action is executed inside a form, after messages that the form has answered")
    func execute() async throws {
        let conversations = try conversations()
        _ = try await conversations.append(
            [
                action("action_session_start"), Event(.sessionStarted), action("action_listen"), user("start"),
                action("a_form"), Event(.activeLoop(name: "a_form")), action("action_listen"), user("again"),
                action("a_form"), action("action_listen"),
            ], to: "c", replies: nil)
        _ = try await conversations.execute(
            "action_tell", policy: nil, confidence: 1, of: "c", replies: { _ in CollectingOutputChannel() })
        #expect(server.messages == ["again", "start"])
        // The same from a worker that has not seen the conversation.
        conversations.forgetEarlierModels()
        _ = try await conversations.execute(
            "action_tell", policy: nil, confidence: 1, of: "c", replies: { _ in CollectingOutputChannel() })
        #expect(server.messages == ["again", "start"])
    }

    @Test("when an intent is triggered inside a form")
    func trigger() async throws {
        let conversations = try conversations()
        _ = try await conversations.append(
            [
                action("action_session_start"), Event(.sessionStarted), action("action_listen"), user("start"),
                action("a_form"), Event(.activeLoop(name: "a_form")), action("action_listen"),
            ], to: "c", replies: nil)
        _ = try await conversations.trigger("again", entities: [], of: "c", replies: { _ in CollectingOutputChannel() })
        _ = try await conversations.execute(
            "action_tell", policy: nil, confidence: 1, of: "c", replies: { _ in CollectingOutputChannel() })
        #expect(server.messages == ["EXTERNAL: again", "start"])
    }
}
