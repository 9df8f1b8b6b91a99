import Dialogue
import ExactText
import JSON
import Leases
import Policies
import Stores
import Synchronization
import Testing

@testable import Assistant

@Suite("A turn is stored whole, once, by the holder of the lease, or not at all")
struct ConversationsTests {
    private let leases = TestLeases()
    private let store = TestStore()
    private let domain: JSON = [
        "intents": ["greet"], "responses": ["utter_greet": [["text": "Hello."]]], "actions": ["action_lost"],
    ]

    private func conversations(
        _ actions: [String] = ["utter_greet"], predictor: (any ActionPredictor)? = nil, forgets: Bool = false,
        readsAhead: Bool = false, stores: (any TrackerStore)? = nil
    ) throws -> Conversations {
        let choices = (actions + [DefaultAction.listen]).map { ActionChoice(action: $0, policy: "p", confidence: 1) }
        let assistant = try Assistant.scripted(
            domain: domain, interpreter: ScriptedInterpreter(),
            predictor: predictor ?? ScriptedDeciding(choices + choices + choices))
        return Conversations(
            assistant: ActiveAssistant(assistant), leases: leases, stores: stores ?? store,
            options: Conversations.Options(forgetsEarlierSessions: forgets, readsAhead: readsAhead))
    }

    private func stored(_ conversation: String = "c") -> [Event] {
        store.state.withLock { $0.events[conversation] ?? [] }
    }

    @Test("Only new events are handed to the store, and the lease is given back")
    func onlyNewEvents() async throws {
        let conversations = try conversations()
        let replies = try await conversations.handle(UserMessage(text: "hi", conversation: "c"))
        #expect(replies.map(\.text) == ["Hello."])
        let before = stored().count
        _ = try await conversations.handle(UserMessage(text: "hi", conversation: "c"))
        let appends = store.state.withLock { $0.appends }
        #expect(appends.count == 2)
        #expect(appends[1].count == stored().count - before)
        #expect(appends[1].first?.user != nil)
        #expect(leases.state.withLock { $0.held.isEmpty })
    }

    @Test("Two senders whose names Unicode calls equivalent have two conversations")
    func codePoints() async throws {
        let conversations = try conversations()
        for sender in ["jos\u{E9}", "jose\u{301}", "jos\u{E9}", "jose\u{301}"] {
            _ = try await conversations.handle(UserMessage(text: "to \(sender)", conversation: sender))
        }
        let heard = store.state.withLock { $0.events }.flatMap { id, events in
            events.compactMap(\.user?.text).map { (Array("to \(id)".utf8), Array($0.utf8)) }
        }
        #expect(heard.count == 4)
        #expect(heard.allSatisfy { $0.0 == $0.1 })
    }

    @Test("A conversation without a name has the one of messages without a sender")
    func nameless() async throws {
        let conversations = try conversations()
        let tracker = try await conversations.append([Event(.pause)], to: "", replies: nil)
        #expect(tracker.senderID == "default")
        #expect(stored("default").last?.body == .pause)
        #expect(stored("").isEmpty)
    }

    @Test("A conflict runs the turn once more on what is stored now, with the replies of the second run only")
    func conflict() async throws {
        let conversations = try conversations()
        store.state.withLock { $0.conflicts = 1 }
        let replies = try await conversations.handle(UserMessage(text: "hi", conversation: "c"))
        #expect(replies.count == 1)
        #expect(store.state.withLock { $0.appends.count } == 1)
    }

    @Test("A second conflict is an error, and nothing is stored")
    func twoConflicts() async throws {
        let conversations = try conversations()
        store.state.withLock { $0.conflicts = 2 }
        let error = await #expect(throws: StoreError.self) {
            try await conversations.handle(UserMessage(text: "hi", conversation: "c"))
        }
        #expect(error?.code == .conflict)
        #expect(stored().isEmpty)
        #expect(leases.state.withLock { $0.held.isEmpty })
    }

    @Test("A turn whose lease was lost is not stored")
    func lostLease() async throws {
        let conversations = try conversations()
        leases.state.withLock { $0.isLost = true }
        let error = await #expect(throws: LeaseError.self) {
            try await conversations.handle(UserMessage(text: "hi", conversation: "c"))
        }
        #expect(error?.code == .lost)
        #expect(stored().isEmpty)
    }

    @Test("A turn that fails is an error, and nothing is stored")
    func failure() async throws {
        struct Broken: ActionPredictor {
            func choose(_ tracker: Tracker, _ memory: PolicyCache?) throws -> ActionChoice {
                throw TurnError(.unknownAction, "broken for the test")
            }

            func predict(_ tracker: Tracker, _ memory: PolicyCache?) throws -> Prediction {
                throw TurnError(.unknownAction, "broken for the test")
            }
        }
        let conversations = try conversations(predictor: Broken())
        let error = await #expect(throws: ConversationError.self) {
            try await conversations.handle(UserMessage(text: "hi", conversation: "c"))
        }
        #expect(error?.code == .turnFailed)
        #expect(stored().isEmpty)
    }

    @Test("Without a model nothing is answered")
    func noModel() async throws {
        let conversations = Conversations(assistant: ActiveAssistant(), leases: leases, stores: store)
        let error = await #expect(throws: ConversationError.self) {
            try await conversations.handle(UserMessage(text: "hi"))
        }
        #expect(error?.code == .noModel)
        await #expect(throws: ConversationError.self) { try await conversations.parse("hi") }
    }

    @Test("An unknown conversation is shown as it would begin; it is known then, and its first message begins it")
    func reading() async throws {
        let conversations = try conversations(stores: InMemoryTrackerStore())
        #expect(try await conversations.storedTracker(of: "c") == nil)
        for _ in 1...2 {
            let tracker = try await conversations.tracker(of: "c")
            #expect(tracker.events.map(\.typeName) == ["action", "session_started", "action"])
            #expect(try await conversations.storedTracker(of: "c")?.events == [])
        }
        _ = try await conversations.handle(UserMessage(text: "hi", conversation: "c", metadata: ["from": "here"]))
        let first = try await conversations.tracker(of: "c")
        #expect(try await conversations.storedTracker(of: "c")?.events == first.events)
        #expect(first.events.count { $0.body == .sessionStarted } == 1)
        #expect(first.slots["session_started_metadata"]?.value == .object(["from": "here"]))
    }

    @Test("An empty conversation id is the default one")
    func defaultConversation() async throws {
        let tracker = try await conversations().tracker(of: "")
        #expect(tracker.senderID == "default")
    }

    @Test("Turns see the last session only; a store in memory forgets the others", arguments: [true, false])
    func sessions(forgets: Bool) async throws {
        let conversations = try conversations([DefaultAction.sessionStart], forgets: forgets)
        _ = try await conversations.handle(UserMessage(text: "hi", conversation: "c"))
        let count = stored().count
        #expect(stored().filter { $0.body == .sessionStarted }.count == 2)
        _ = try await conversations.handle(UserMessage(text: "hi", conversation: "c"))
        let sessions = stored().filter { $0.body == .sessionStarted }.count
        #expect(sessions == (forgets ? 1 : 2))
        #expect(forgets ? stored().count < count + 3 : stored().count > count)
    }

    @Test("A session begins with the event that Rasa reads it from", arguments: [SessionBeginning.action, .event])
    func beginning(beginning: SessionBeginning) async throws {
        let store = TestStore(sessionBeginning: beginning)
        let assistant = try Assistant.scripted(
            domain: domain, interpreter: ScriptedInterpreter(), predictor: ScriptedDeciding([]))
        let conversations = Conversations(assistant: ActiveAssistant(assistant), leases: leases, stores: store)
        _ = try await conversations.append([Event(.pause)], to: "c", replies: nil)
        let later = try await conversations.append([Event(.resume)], to: "c", replies: nil).events
        #expect(later.first.map(beginning.isAt) == true)
        #expect(later.count == (beginning == .action ? 5 : 4))
        #expect(store.state.withLock { $0.events["c"]?.count } == 5)
    }

    @Test(
        "A turn reads the last session of a conversation that this worker does not know, and adds to the whole",
        arguments: [true, false])
    func lastSessionAlone(readsAhead: Bool) async throws {
        _ = try await conversations([DefaultAction.sessionStart]).handle(UserMessage(text: "hi", conversation: "c"))
        let before = stored()
        #expect(Tracker.lastSession(of: before).count < before.count)
        // What another worker has warm is cold here.
        let replies = try await conversations(readsAhead: readsAhead).handle(
            UserMessage(text: "hi", conversation: "c"))
        #expect(replies.map(\.text) == ["Hello."])
        #expect(Array(stored().prefix(before.count)) == before)
        #expect(store.state.withLock { $0.wholeReads } == 0)
    }

    @Test("An exchanged model answers from the next turn on")
    func exchange() async throws {
        let conversations = try conversations()
        _ = try await conversations.handle(UserMessage(text: "hi", conversation: "c"))
        let other = try Assistant.scripted(
            domain: domain, modelID: "other", interpreter: ScriptedInterpreter(),
            predictor: ScriptedDeciding([]))
        conversations.assistant.set(other)
        _ = try await conversations.handle(UserMessage(text: "hi", conversation: "c"))
        #expect(stored().last?.metadata["model_id"] == "other")
        #expect(stored().first?.metadata["model_id"] == "model")
    }
}
