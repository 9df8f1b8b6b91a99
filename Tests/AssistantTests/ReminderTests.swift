import Dialogue
import ExactText
import JSON
import Leases
import Stores
import Synchronization
import Testing

@testable import Assistant

@Suite("Reminders", .timeLimit(.minutes(5)))
struct ReminderTests {
    private let stores = TestStore()
    private let leases = InMemoryLeaseStore()
    private let domain: JSON = [
        "intents": ["greet"], "responses": ["utter_greet": [["text": "Hello."]]], "actions": [],
    ]

    private func conversations(_ reminders: any ReminderStore) throws -> Conversations {
        let assistant = try Assistant.scripted(
            domain: domain, interpreter: ScriptedInterpreter(), predictor: ScriptedDeciding([]))
        return Conversations(
            assistant: ActiveAssistant(assistant), leases: leases, stores: stores,
            reminders: Reminders(store: reminders) { _ in })
    }

    private func reminder(_ name: String = "r") -> ReminderScheduled {
        ReminderScheduled(
            intent: "greet", dateTime: "2999-01-01T00:00:00", entities: .null, name: name, killOnUserMessage: false)
    }

    private func isTriggered(_ conversation: String) -> Bool {
        stores.state.withLock { $0.events[conversation] ?? [] }.contains { $0.user?.text == "EXTERNAL: greet" }
    }

    /// Keeps no reminder.
    private struct NoReminders: ReminderStore {
        func schedule(_ reminder: ScheduledReminder) async throws { throw StoreError(.unreachable, "away") }
        func cancel(_ cancellations: [ReminderCancelled], of conversation: String) async throws {
            throw StoreError(.unreachable, "away")
        }
        func claim() async throws -> ClaimedReminders { throw StoreError(.unreachable, "away") }
        func renew(_ claimed: [ScheduledReminder]) async throws {}
        func complete(_ reminder: ScheduledReminder) async throws {}
        func close() async {}
    }

    @Test("a turn whose reminders cannot be kept or taken back is not stored", arguments: [true, false])
    func notKept(cancels: Bool) async throws {
        let conversations = try conversations(NoReminders())
        let event = cancels ? Event(.cancelReminder(ReminderCancelled(name: "r"))) : Event(.reminder(reminder()))
        let error = await #expect(throws: LeaseError.self) {
            try await conversations.append([event], to: "c", replies: { _ in CollectingOutputChannel() })
        }
        #expect(error?.code == .storeUnreachable)
        #expect(stores.state.withLock { $0.events.isEmpty })
    }

    /// Runs what is to run beside, and waits for it.
    private final class Beside: Sendable {
        private let tasks = Mutex<[Task<Void, Never>]>([])

        func begin(_ work: @escaping @Sendable () async -> Void) {
            let task = Task { await work() }
            tasks.withLock { $0.append(task) }
        }

        func finish() async {
            while let task = tasks.withLock({ $0.popLast() }) { await task.value }
        }
    }

    @Test("one whose conversation is busy holds up no other, and those behind it come in order")
    func busy() async throws {
        let store = InMemoryReminderStore()
        let conversations = try conversations(store)
        for (number, conversation) in ["busy", "busy", "idle"].enumerated() {
            let reminder = reminder("\(number)")
            _ = try await conversations.append([Event(.reminder(reminder))], to: conversation, replies: nil)
            store.schedule(
                ScheduledReminder(
                    id: "\(number)", conversation: conversation, channel: nil, due: Double(number + 1),
                    reminder: reminder))
        }
        let lease = try await leases.acquire("busy")
        let (busy, idle) = (Beside(), Beside())
        let next = try await conversations.triggerReminders(
            begin: { work in busy.begin(work) }, replies: { _ in CollectingOutputChannel() })
        // Whoever looks meanwhile finds none that is not being triggered.
        #expect(next != nil)
        #expect(store.claim().due.isEmpty)
        while !isTriggered("idle") { await Task.yield() }
        #expect(!isTriggered("busy"))
        await leases.release(lease)
        await busy.finish()
        await idle.finish()
        let ids = stores.state.withLock { $0.events["busy"] ?? [] }.compactMap { $0.user?.messageID }
        #expect(ids == ["0", "1"])
        #expect(store.claim().next == nil)
    }

    @Test("there are so many at a time, and so many of one conversation")
    func lanes() {
        let lanes = ReminderLanes()
        func waiting(_ conversation: Int, _ number: Int) -> ScheduledReminder {
            ScheduledReminder(
                id: "\(number)", conversation: "\(conversation)", channel: nil, due: 0, reminder: reminder("\(number)"))
        }
        #expect(lanes.add(waiting(0, 0)) == .first)
        #expect(lanes.add(waiting(0, 0)) == .none)
        for number in 1..<ReminderLanes.maxOfOne { #expect(lanes.add(waiting(0, number)) == .behind) }
        #expect(lanes.add(waiting(0, 99)) == .none)
        for conversation in 1...ReminderLanes.maxCount { _ = lanes.add(waiting(conversation, 0)) }
        #expect(lanes.isFull && lanes.all.count == ReminderLanes.maxCount)
        #expect(lanes.removeFirst(of: "0") == waiting(0, 1))
        #expect(lanes.removeFirst(of: "1") == nil)
        #expect(!lanes.isFull)
    }
}
