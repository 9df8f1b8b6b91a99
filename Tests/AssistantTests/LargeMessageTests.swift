import Dialogue
import JSON
import Offloading
import Synchronization
import Testing

@testable import Assistant

/// Has no room for anything.
private struct BusyOffload: Offload {
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        throw OffloadError(.busy)
    }

    func finish<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result { work() }

    func release(_ value: any Sendable) {}
}

@Suite("What is too large, or cannot be computed now, is refused, and nothing of it is stored")
struct LargeMessageTests {
    private let leases = TestLeases()
    private let store = TestStore()

    private func conversations(
        _ interpreter: ScriptedInterpreter = ScriptedInterpreter(), offload: any Offload = InlineOffload(),
        maxMessageLength: Int = Conversations.Options.defaultMaxMessageLength
    ) throws -> Conversations {
        let assistant = try Assistant.scripted(
            domain: ["intents": ["greet"]], interpreter: interpreter, predictor: ScriptedDeciding([]))
        return Conversations(
            assistant: ActiveAssistant(assistant), leases: leases, stores: store, offload: offload,
            options: Conversations.Options(maxMessageLength: maxMessageLength))
    }

    private var isEmpty: Bool { store.state.withLock { $0.events.isEmpty } }

    @Test("A message has 10,000 characters at most, each a code point")
    func length() async throws {
        let conversations = try conversations()
        for text in [String(repeating: "a", count: 10_001), "a" + String(repeating: "\u{301}", count: 10_000)] {
            let error = await #expect(throws: ConversationError.self) {
                try await conversations.handle(UserMessage(text: text, conversation: "c"))
            }
            #expect(error?.code == .tooLarge)
            #expect(error?.message.contains("10000") == true)
            await #expect(throws: ConversationError.self) { try await conversations.parse(text) }
            await #expect(throws: ConversationError.self) {
                try await conversations.log(UserMessage(text: text, conversation: "c"), parsed: nil)
            }
        }
        #expect(isEmpty)
        _ = try await conversations.handle(
            UserMessage(text: String(repeating: "\u{1F600}", count: 10_000), conversation: "c"))
        #expect(!isEmpty)
    }

    @Test("The limit is what the options say")
    func otherLength() async throws {
        let conversations = try conversations(maxMessageLength: 2)
        _ = try await conversations.handle(UserMessage(text: "ab", conversation: "c"))
        await #expect(throws: ConversationError.self) {
            try await conversations.handle(UserMessage(text: "abc", conversation: "c"))
        }
    }

    @Test("A message in the short form names so many entities at most")
    func entities() async throws {
        let entities = JSON.array(Array(repeating: ["entity": "e", "value": 1], count: UserUttered.maxEntities + 1))
        let conversations = try conversations(
            ScriptedInterpreter(results: ["/greet{}": ["intent": ["name": "greet"], "entities": entities]]))
        let error = await #expect(throws: ConversationError.self) {
            try await conversations.handle(UserMessage(text: "/greet{}", conversation: "c"))
        }
        #expect(error?.code == .tooLarge)
        #expect(isEmpty)
    }

    @Test("A conversation that cannot be computed on now is an error that lets one try again")
    func busy() async throws {
        let conversations = try conversations(offload: BusyOffload())
        let events = (0...Conversations.shortEvents).map { Event(.slot(SlotSet("s", .int($0)))) }
        await #expect(throws: OffloadError(.busy)) {
            try await conversations.append(events, to: "c", replies: nil)
        }
        #expect(isEmpty)
        #expect(leases.state.withLock { $0.held.isEmpty })
        _ = try await conversations.append(Array(events.prefix(3)), to: "c", replies: nil)
        #expect(!isEmpty)
    }
}
