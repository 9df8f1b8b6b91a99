import Dialogue
import JSON
import Testing

@testable import Assistant

@Suite("What ends, widens or bends a turn")
struct TurnRulesTests {
    private let domain: JSON = [
        "intents": ["greet"],
        "entities": ["city", "hidden"],
        "slots": [
            "city": ["type": "text", "mappings": [["type": "from_entity", "entity": "city"]]],
            "note": [
                "type": "text", "mappings": [["type": "from_text", "conditions": [["active_loop": "a_form"]]]],
            ],
            "greeted": [
                "type": "bool", "mappings": [["type": "from_intent", "intent": "greet", "value": true]],
            ],
        ],
        "responses": [
            "utter_greet": [["text": "Hello from {city}."]], "utter_broken": [["text": "}"]],
            "utter_default": [["text": "What?"]],
        ],
        "forms": ["a_form": ["required_slots": ["note"]]],
        "actions": ["action_own"],
        "session_config": ["session_expiration_time": 60, "carry_over_slots_to_new_session": true],
    ]

    private func run(
        _ actions: [ActionChoice], text: String = "hi", parsed: JSONObject? = nil, maxPredictions: Int = 10,
        metadata: JSONObject? = nil, prepare: (inout Tracker) -> Void = { _ in }
    ) async throws -> (tracker: Tracker, output: CollectingOutputChannel) {
        var interpreter = ScriptedInterpreter()
        if let parsed { interpreter.results[text] = parsed }
        let assistant = try Assistant.scripted(
            domain: domain, interpreter: interpreter, predictor: ScriptedDeciding(actions),
            options: AssistantOptions(maxPredictions: maxPredictions))
        var tracker = assistant.newTracker(conversation: "c")
        prepare(&tracker)
        let output = CollectingOutputChannel()
        try await assistant.handle(
            UserMessage(text: text, conversation: "c", metadata: metadata), tracker: &tracker, reply: output)
        return (tracker, output)
    }

    private func choice(_ action: String) -> ActionChoice {
        ActionChoice(action: action, policy: "p", confidence: 1)
    }

    private func names(_ tracker: Tracker) -> [String] {
        tracker.events.map { event in
            switch event.body {
            case .action(let action): action.name ?? "text"
            case .slot(let slot): "slot \(slot.name)"
            default: event.typeName
            }
        }
    }

    private let start = ["action_session_start", "session_started", "action_listen", "user"]

    @Test("A limit of actions ends the turn without listening, and the next one at once")
    func limit() async throws {
        let assistant = try Assistant.scripted(
            domain: domain, interpreter: ScriptedInterpreter(),
            predictor: ScriptedDeciding(Array(repeating: choice("utter_greet"), count: 9)),
            options: AssistantOptions(maxPredictions: 2))
        var tracker = assistant.newTracker(conversation: "c")
        let output = CollectingOutputChannel()
        try await assistant.handle(UserMessage(text: "hi"), tracker: &tracker, reply: output)
        #expect(names(tracker) == start + ["utter_greet", "bot", "utter_greet", "bot"])
        try await assistant.handle(UserMessage(text: "hi"), tracker: &tracker, reply: output)
        #expect(names(tracker) == start + ["utter_greet", "bot", "utter_greet", "bot", "user"])
        #expect(output.messages.count == 2)
    }

    @Test("Actions that take each other back end the turn, though none of them is left to be counted")
    func endlessUndo() async throws {
        struct Undoing: ActionServer {
            func run(_ call: ActionCall) async throws(ActionError) -> ActionServerReply {
                ActionServerReply(events: [Event(.actionReverted)])
            }
        }
        let assistant = try Assistant.scripted(
            domain: domain, interpreter: ScriptedInterpreter(),
            predictor: ScriptedDeciding(Array(repeating: choice("action_own"), count: 1000)),
            options: AssistantOptions(maxPredictions: 2), servers: AssistantServers(actions: Undoing()))
        var tracker = assistant.newTracker(conversation: "c")
        try await assistant.handle(UserMessage(text: "hi"), tracker: &tracker, reply: CollectingOutputChannel())
        #expect(names(tracker).count { $0 == "undo" } == 20)
    }

    @Test("A paused conversation keeps the message and is not answered, unless it says restart")
    func paused() async throws {
        let silent = try await run([choice("utter_greet")], prepare: { $0.update(Event(.pause)) })
        #expect(names(silent.tracker) == ["pause", "user"])
        let restarted = try await run(
            [choice("action_restart")], text: "/restart", parsed: ["intent": ["name": "restart"], "entities": []],
            prepare: { $0.update(Event(.pause)) })
        #expect(names(restarted.tracker).contains("restart"))
        #expect(names(restarted.tracker).suffix(3) == ["action_session_start", "session_started", "action_listen"])
    }

    @Test("Failing actions count as run and lose their events", arguments: ["action_own", "utter_broken"])
    func failures(action: String) async throws {
        let (tracker, output) = try await run([choice(action)])
        #expect(names(tracker) == start + [action, "action_listen"])
        #expect(output.messages.isEmpty)
    }

    @Test("A silence longer than the session begins another, with the slots kept and the metadata noted")
    func expiry() async throws {
        let (tracker, _) = try await run([], metadata: ["k": 1]) { tracker in
            tracker.update(Event(.action(ActionExecuted(name: "action_session_start")), timestamp: 1))
            tracker.update(Event(.sessionStarted, timestamp: 1))
            tracker.update(Event(.user(UserUttered(text: "old")), timestamp: 1))
            tracker.update(Event(.slot(SlotSet("city", "Oslo")), timestamp: 1))
        }
        #expect(
            names(tracker).dropFirst(4) == [
                "slot session_started_metadata", "action_session_start", "session_started", "slot city",
                "slot session_started_metadata", "action_listen", "user", "action_listen",
            ])
        #expect(tracker.slot("city") == "Oslo")
        #expect(tracker.slot("session_started_metadata") == ["k": 1])
    }

    @Test("Entities and intents fill slots before the policies choose; a response shows them")
    func slotFilling() async throws {
        let (tracker, output) = try await run(
            [choice("utter_greet")],
            parsed: [
                "intent": ["name": "greet", "confidence": 1],
                "entities": [["entity": "city", "value": "Rome"], ["entity": "city", "value": "Oslo"]],
            ])
        #expect(tracker.slot("city") == "Oslo")
        #expect(tracker.slot("greeted") == true)
        #expect(tracker.slot("note") == nil)
        #expect(output.messages == [["recipient_id": "c", "text": "Hello from Oslo."]])
    }

    @Test("A mapping of a form's slot holds only while the form is active")
    func formMapping() async throws {
        let (tracker, _) = try await run([]) { tracker in
            tracker.update(Event(.action(ActionExecuted(name: "action_listen"))))
            tracker.update(Event(.activeLoop(name: "a_form")))
        }
        #expect(tracker.slot("note") == "hi")
    }

    @Test("A model without policies keeps the message and says nothing")
    func understandingOnly() async throws {
        let assistant = try Assistant.scripted(
            domain: domain, interpreter: ScriptedInterpreter(), predictor: nil)
        var tracker = assistant.newTracker(conversation: "c")
        try await assistant.handle(UserMessage(text: "hi"), tracker: &tracker, reply: CollectingOutputChannel())
        #expect(names(tracker) == start)
    }

    @Test("Two messages that are not understood end a two-stage fallback")
    func twoStageFallback() async throws {
        let unclear: JSONObject = [
            "intent": ["name": "nlu_fallback", "confidence": 0.3], "entities": [],
            "intent_ranking": [["name": "nlu_fallback"], ["name": "greet"]],
        ]
        let assistant = try Assistant.scripted(
            domain: domain, interpreter: ScriptedInterpreter(results: ["eh": unclear]),
            predictor: ScriptedDeciding([
                choice("action_two_stage_fallback"), choice("action_listen"), choice("action_two_stage_fallback"),
                choice("action_listen"),
            ]))
        var tracker = assistant.newTracker(conversation: "c")
        let output = CollectingOutputChannel()
        try await assistant.handle(UserMessage(text: "eh"), tracker: &tracker, reply: output)
        #expect(output.messages.first?["text"] == "Did you mean 'greet'?")
        #expect(tracker.activeLoop?.name == "action_two_stage_fallback")
        try await assistant.handle(UserMessage(text: "eh"), tracker: &tracker, reply: output)
        #expect(output.messages.last?["text"] == "What?")
        #expect(tracker.activeLoop == nil)
    }
}
