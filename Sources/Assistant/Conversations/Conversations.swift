package import Dialogue
package import JSON
package import Leases
import Logging
package import Offloading
import Policies
package import Stores
import Understanding

/// Runs turns on stored conversations: takes the lease, loads, lets the assistant answer, stores what is new, gives the
/// lease back.
///
/// One turn of a conversation runs at a time, in the order of the calls, over all processes that share the lease store.
/// A call returns only after its turn is stored.
package final class Conversations: Sendable {
    /// How conversations are kept.
    package struct Options: Sendable, Hashable {
        /// Whether a turn forgets the sessions before the last one, as Rasa does with its tracker store in memory.
        package var forgetsEarlierSessions: Bool

        /// Whether leases and conversations are kept by one server that is asked over one connection, so that a read
        /// sent behind the request for a lease sees what there is when the lease is given.
        package var readsAhead: Bool

        /// How many characters (code points) a message has at most: what is done with it grows faster than its length.
        package var maxMessageLength: Int

        /// What messages are held to unless told otherwise.
        package static let defaultMaxMessageLength = 10_000

        /// Keeps everything and reads after the lease was given, unless told otherwise.
        package init(
            forgetsEarlierSessions: Bool = false, readsAhead: Bool = false,
            maxMessageLength: Int = Options.defaultMaxMessageLength
        ) {
            self.forgetsEarlierSessions = forgetsEarlierSessions
            self.readsAhead = readsAhead
            self.maxMessageLength = maxMessageLength
        }
    }

    /// The assistant that answers.
    package let assistant: ActiveAssistant
    let leases: any LeaseStore
    let stores: any TrackerStore
    let reminders: Reminders?
    let outlet: (any EventOutbox)?
    /// Takes what is long: conversations and requests of many events, long texts.
    package let offload: any Offload
    let logger: Logger
    let options: Options
    private let warm = WarmConversations()
    private let atWork = ConversationsAtWork()

    /// Conversations over these stores.
    ///
    /// - Parameters:
    ///   - reminders: Where reminders wait; nil where none are triggered.
    ///   - outlet: Gets every event that is stored; nil for nobody.
    ///   - offload: Takes what is long.
    package init(
        assistant: ActiveAssistant, leases: any LeaseStore, stores: any TrackerStore, reminders: Reminders? = nil,
        outlet: (any EventOutbox)? = nil, offload: any Offload = InlineOffload(), options: Options = Options()
    ) {
        self.offload = offload
        self.reminders = reminders
        self.outlet = outlet
        self.assistant = assistant
        self.leases = leases
        self.stores = stores
        self.options = options
        logger = Logger(label: "parley.conversations")
    }

    /// Answers a message.
    ///
    /// - Parameter sink: Gets the replies as they are made. Where another program changed the conversation meanwhile,
    ///   the turn runs once more, and the sink gets the replies of both runs.
    /// - Throws: ``ConversationError``, `LeaseError` or `StoreError`; nothing of the turn is stored then, unless the
    ///   code of the last is `.unknown`.
    package func handle(_ message: UserMessage, reply sink: some OutputChannel) async throws {
        try check(message.text)
        try await withConversation(message.conversation) { assistant, held in
            log(message, held.lease)
            try await update(held, of: assistant) { tracker, memory in
                try await assistant.handle(
                    message, tracker: &tracker, memory: memory, reminders: reminders, reply: sink)
            }
        }
    }

    /// Answers a message and returns the replies.
    ///
    /// - Parameter channelName: The name by which responses pick their variations for a channel.
    /// - Throws: As ``handle(_:reply:)``.
    package func handle(_ message: UserMessage, channelName: String = "collector") async throws -> [BotMessage] {
        try check(message.text)
        return try await withConversation(message.conversation) { assistant, held in
            log(message, held.lease)
            var sink = CollectingOutputChannel(channelName: channelName)
            try await update(held, of: assistant) { tracker, memory in
                // A second run starts without the replies of the first.
                sink = CollectingOutputChannel(channelName: channelName)
                try await assistant.handle(
                    message, tracker: &tracker, memory: memory, reminders: reminders, reply: sink)
            }
            return sink.replies
        }
    }

    /// A conversation with all its sessions, as `GET /conversations/{id}/tracker` shows it. One without events is shown
    /// as it would begin; as in Rasa that is neither stored nor published, so that its first message begins the
    /// session. An unknown one is known from then on, where the store can keep a conversation without events.
    ///
    /// - Throws: As ``handle(_:reply:)``.
    package func tracker(of conversation: String) async throws -> Tracker {
        let conversation = UserMessage.conversation(named: conversation)
        if let stored = try await storedTracker(of: conversation), !stored.events.isEmpty { return stored }
        return try await withConversation(conversation) { assistant, held in
            let stored = try await stores.load(conversation)
            var tracker = try await self.tracker(stored, of: conversation, assistant)
            guard tracker.events.isEmpty else { return tracker }
            if stored == nil {
                _ = try await stores.replace(
                    with: [], leadingTo: tracker, after: .start, fence: held.lease.fence)
            }
            try await assistant.beginSession(&tracker, reply: CollectingOutputChannel())
            return tracker
        }
    }

    /// What the model makes of a text.
    ///
    /// - Throws: ``ConversationError`` with `.noModel`, `.notUnderstood` or `.tooLarge`; `OffloadError`.
    package func parse(_ text: String) async throws -> JSON {
        try check(text)
        do {
            return try await assistant.use { try await $0.parse(text) }
        } catch let error as LeaseError {
            throw error
        } catch let failure as ModelFailure {
            logger.error("The model cannot handle a message", metadata: ["error": "\(failure)"])
            throw ConversationError(.notUnderstood, failure.description)
        }
    }

    /// The fence was given when the message was accepted, so the fences of a conversation show the order of acceptance.
    private func log(_ message: UserMessage, _ lease: Lease) {
        logger.debug(
            "A turn begins.",
            metadata: [
                "conversation": "\(lease.conversation)", "message_id": "\(message.messageID)",
                "ticket": "\(lease.ticket)", "fence": "\(lease.fence)",
            ])
    }

    func currentAssistant() throws(ConversationError) -> Assistant {
        guard let current = assistant.current else { throw ConversationError(.noModel, "No model is loaded.") }
        return current
    }

    /// Does something with a conversation when its turn has come, with the assistant that answers then.
    func withConversation<Result: Sendable>(
        _ conversation: String, _ body: (Assistant, HeldConversation) async throws -> Result
    ) async throws -> Result {
        _ = try currentAssistant()
        let isAlone = atWork.begin(conversation)
        defer { atWork.end(conversation) }
        let held =
            options.readsAhead && isAlone
            ? try await takeAndRead(conversation) : HeldConversation(lease: try await leases.acquire(conversation))
        return try await leases.holding(held.lease) { _ in
            try await assistant.use { try await body($0, held) }
        }
    }

    /// Takes the lease and reads the conversation in one round trip, where nobody else is at it.
    private func takeAndRead(_ conversation: String) async throws -> HeldConversation {
        let position = warm.position(of: conversation) ?? .start
        let gate = Gate()
        async let changes = changesBehind(gate, to: conversation, since: position)
        // The read waits for the gate, so it must open whatever becomes of the lease.
        defer { gate.open() }
        var held = HeldConversation(lease: try await leases.acquire(conversation) { gate.open() })
        // Others may have changed the conversation while this one waited. A failed read is tried again by the turn.
        if held.lease.isImmediate, let changes = try? await changes {
            held.ahead = EarlyRead(position: position, changes: changes)
        }
        return held
    }

    private func changesBehind(
        _ gate: Gate, to conversation: String, since position: Revision
    ) async throws -> StoredChanges {
        await gate.pass()
        return try await stores.changes(to: conversation, since: position)
    }

    /// Forgets what was kept for the next turns of an earlier model.
    package func forgetEarlierModels() {
        offload.release(warm.removeAll())
    }

    /// Loads the conversation, changes it and stores what is new; once more where another writer came between.
    func update(
        _ held: HeldConversation, of assistant: Assistant,
        _ change: (inout Tracker, PolicyCache?) async throws -> Void
    ) async throws {
        do {
            try await updateOnce(held, of: assistant, change)
        } catch let error as StoreError where error.code == .conflict {
            logger.warning(
                "The conversation was changed from outside while a turn ran; the turn runs again.",
                metadata: ["conversation": "\(held.lease.conversation)"])
            try await updateOnce(HeldConversation(lease: held.lease), of: assistant, change)
        }
    }

    private func updateOnce(
        _ held: HeldConversation, of assistant: Assistant,
        _ change: (inout Tracker, PolicyCache?) async throws -> Void
    ) async throws {
        let lease = held.lease
        var conversation = try await current(lease.conversation, of: assistant, held.ahead)
        let known = conversation.tracker.events.count
        do {
            try await change(&conversation.tracker, conversation.memory)
        } catch let error as ConversationError {
            throw error
        } catch let error as LeaseError {
            throw error
        } catch let failure as ModelFailure {
            logger.error(
                "The model cannot handle a message; nothing of the turn is stored",
                metadata: ["conversation": "\(lease.conversation)", "error": "\(failure)"])
            throw ConversationError(.modelFailure, failure.description)
        } catch let error as OffloadError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch let error as TurnError where error.code == .noPolicies {
            throw ConversationError(.noPolicies, error.message)
        } catch {
            logger.error(
                "A turn failed; nothing of it is stored.",
                metadata: ["conversation": "\(lease.conversation)", "error": "\(error)"])
            throw ConversationError(.turnFailed, "The turn failed: \(error)")
        }
        guard leases.isHeld(lease) else {
            throw LeaseError(.lost, "The conversation's lease ended while the turn ran; the turn is not stored.")
        }
        let tracker = conversation.tracker
        let events = tracker.events
        if options.forgetsEarlierSessions, conversation.hasEarlierSessions {
            let position = conversation.position
            conversation.position = try await store(events[known...], of: lease.conversation) {
                try await stores.replace(with: events, leadingTo: tracker, after: position, fence: lease.fence)
            }
            conversation.hasEarlierSessions = false
        } else if events.count > known {
            let position = conversation.position
            conversation.position = try await store(events[known...], of: lease.conversation) {
                try await stores.append(
                    Array(events[known...]), leadingTo: tracker, after: position, fence: lease.fence)
            }
        }
        await keep(conversation, newFrom: known)
    }

    /// Keeps a conversation for its next turn.
    private func keep(_ conversation: WarmConversation, newFrom known: Int) async {
        let isLong = conversation.trimsLong(newFrom: known, than: Self.shortEvents)
        let trimmed = await offload.finish(if: isLong) { conversation.trimmed(newFrom: known) }
        if isLong { offload.release(conversation) }
        let dropped = warm.keep(trimmed)
        if !dropped.isEmpty { offload.release(dropped) }
    }

    /// The conversation as it is stored now: as the last turn left it, as far as nobody else has changed it. Of one
    /// that this worker does not know, the last session alone is read.
    private func current(_ id: String, of assistant: Assistant, _ ahead: EarlyRead?) async throws -> WarmConversation {
        let known = warm.take(id, of: assistant)
        let position = known?.position ?? .start
        let changes: StoredChanges
        if let ahead, ahead.position == position {
            changes = ahead.changes
        } else if known != nil {
            changes = try await stores.changes(to: id, since: position)
        } else {
            changes = .other(try await stores.lastSession(of: id))
        }
        let beginning = stores.sessionBeginning
        func fresh(_ stored: StoredConversation?) async throws -> WarmConversation {
            try await offload.run(if: stored?.events.count ?? 0 > Self.shortEvents) {
                WarmConversation(stored, id, from: beginning, assistant)
            }
        }
        switch changes {
        case .none:
            if let known { return known }
            return try await fresh(nil)
        case .added(let events, let position):
            guard let known else { return try await fresh(StoredConversation(events: events, position: position)) }
            // What was taken back can have the state of a long conversation made anew.
            let isLong = events.count > Self.shortEvents || known.tracker.events.count > Self.shortEvents
            return try await offload.run(if: isLong) { known.adding(events, position) }
        case .other(let stored): return try await fresh(stored)
        }
    }
}
