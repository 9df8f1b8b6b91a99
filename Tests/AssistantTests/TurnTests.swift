import Dialogue
import JSON
import Testing

@testable import Assistant

@Suite("A turn does what Rasa's does with the same understanding and the same choices")
struct TurnTests {
    /// Cases whose trackers tell all that understanding and policies said.
    @Test(
        "Replies and events are those recorded",
        arguments: [
            "rest-happy-path", "rest-sad-path", "rest-intent-messages", "rest-paragraphs", "rest-channel-variation",
            "rest-restart-and-back", "blink-keywords", "desk-no-action-endpoint", "desk-retrieval",
        ])
    func recorded(name: String) async throws {
        let cases = try RecordedCases()
        let recorded = try cases.named(name)
        let steps = recorded["steps"]?.array ?? []
        let model = cases.models[recorded["model"]?.string ?? ""] ?? .null
        var script = Script()
        // In restart-and-back the last tracker has lost the session before; an earlier one has it.
        let trackers = steps.compactMap { $0["tracker"]?["events"]?.array }
        let full = name == "rest-restart-and-back" ? [trackers[1], trackers[5]] : [trackers[trackers.count - 1]]
        for events in full { script.add(events) }
        let assistant = try Assistant.scripted(
            domain: model["domain"] ?? .null, modelID: model["model_id"]?.string ?? "",
            assistantID: model["assistant_id"]?.string, interpreter: script.interpreter,
            predictor: ScriptedDeciding(script.choices))
        try await Replay(assistant).run(steps)
    }
}

/// Plays recorded steps against conversations over test stores.
struct Replay {
    let conversations: Conversations

    init(_ assistant: Assistant) {
        conversations = Conversations(
            assistant: ActiveAssistant(assistant), leases: TestLeases(), stores: TestStore(),
            options: Conversations.Options(forgetsEarlierSessions: true))
    }

    func run(_ steps: [JSON]) async throws {
        for (index, step) in steps.enumerated() {
            if let said = step["say"] {
                let message = UserMessage(
                    text: said["text"]?.string ?? "", conversation: said["conversation"]?.string,
                    inputChannel: said["channel"]?.string, metadata: said["metadata"]?.object)
                let output = CollectingOutputChannel()
                try await conversations.handle(message, reply: output)
                let mismatch = JSON.array(output.messages).mismatch(with: step["replies"] ?? [])
                #expect(mismatch == nil, "step \(index), \(message.text)")
            } else if let recorded = step["tracker"] {
                let tracker = try await conversations.tracker(of: step["of"]?.string ?? "")
                let verbosity = EventVerbosity(rawValue: step["verbosity"]?.string ?? "") ?? .none
                #expect(tracker.currentState(verbosity: verbosity).mismatch(with: recorded) == nil, "step \(index)")
            }
        }
    }
}
