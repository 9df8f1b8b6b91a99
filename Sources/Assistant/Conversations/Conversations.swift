package import Dialogue
package import JSON
package import Leases
import Logging
package import Offloading
import Policies
package import Stores
import TextFeatures

/// Runs turns on stored conversations: takes the lease, loads, lets the assistant answer, stores what is new, gives the
/// lease back.
///
/// One turn of a conversation runs at a time, in the order of the calls, over all processes that share the lease store.
/// A call returns only after its turn is stored.
package final class Conversations: Sendable {
    package let assistant: ActiveAssistant
    let leases: any LeaseStore
    let stores: any TrackerStore
    let reminders: Reminders?
    let outbox: (any EventOutbox)?
    let observer: any TurnObserver
    /// Refuses what needs the stores while it is known that they are away.
    private let checkStores: @Sendable () throws -> Void
    /// Takes what is long: conversations and requests of many events, long texts.
    package let offload: any Offload
    let logger: Logger
    let options: Options
    let warm: WarmConversations
    private let atWork = ConversationsAtWork()

    /// Conversations over these stores.
    ///
    /// - Parameters:
    ///   - reminders: Where reminders wait; nil where none are triggered.
    ///   - outbox: Gets every event that is stored; nil for nobody.
    ///   - offload: Takes what is long.
    ///   - observer: Is told what becomes of turns.
    ///   - checkStores: Throws while it is known that the stores are away, so that nobody waits for them.
    package init(
        assistant: ActiveAssistant, leases: any LeaseStore, stores: any TrackerStore, reminders: Reminders? = nil,
        outbox: (any EventOutbox)? = nil, offload: any Offload = InlineOffload(),
        observer: any TurnObserver = NoTurnObserver(), options: Options = Options(),
        checkStores: @escaping @Sendable () throws -> Void = {}
    ) {
        self.observer = observer
        self.checkStores = checkStores
        self.offload = offload
        self.reminders = reminders
        self.outbox = outbox
        self.assistant = assistant
        self.leases = leases
        self.stores = stores
        self.options = options
        warm = WarmConversations(limit: options.warmBytes)
        logger = Logger(label: "parley.conversations")
    }

    /// Handles a message.
    ///
    /// - Parameter output: Gets the replies as they are made. Where another program changed the conversation meanwhile,
    ///   the turn runs once more, and the sink gets the replies of both runs.
    /// - Throws: ``ConversationError``, `LeaseError` or `StoreError`; nothing of the turn is stored then, unless the
    ///   code of the last is `.unknown`.
    package func handle(_ message: UserMessage, reply output: some OutputChannel) async throws {
        try check(message.text)
        try await observed {
            try await withConversation(message.conversation) { assistant, held in
                log(message, held.lease)
                try await update(held, of: assistant) { tracker, memory in
                    try await assistant.handle(
                        message, tracker: &tracker, memory: memory, reminders: reminders, reply: output)
                }
            }
        }
    }

    /// Handles a message and returns the replies.
    ///
    /// - Parameter channelName: The name by which responses pick their variations for a channel.
    /// - Throws: As ``handle(_:reply:)``.
    package func handle(_ message: UserMessage, channelName: String = "collector") async throws -> [BotMessage] {
        try check(message.text)
        return try await observed {
            try await withConversation(message.conversation) { assistant, held in
                log(message, held.lease)
                var output = CollectingOutputChannel(channelName: channelName)
                try await update(held, of: assistant) { tracker, memory in
                    // A second run starts without the replies of the first.
                    output = CollectingOutputChannel(channelName: channelName)
                    try await assistant.handle(
                        message, tracker: &tracker, memory: memory, reminders: reminders, reply: output)
                }
                return output.replies
            }
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
            let stored = try await offload.reading { try await stores.load(conversation) }
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
            "A turn begins",
            metadata: [
                "conversation": "\(lease.conversation)", "message_id": "\(message.messageID)",
                "ticket": "\(lease.ticket)", "fence": "\(lease.fence)",
            ])
    }

    func currentAssistant() throws(ConversationError) -> Assistant {
        guard let current = assistant.current else { throw ConversationError(.noModel, "No model is loaded.") }
        return current
    }

    /// Does something with a conversation when its turn has come, with the assistant in use then.
    func withConversation<Result: Sendable>(
        _ conversation: String, _ body: (Assistant, HeldConversation) async throws -> Result
    ) async throws -> Result {
        _ = try currentAssistant()
        try checkStores()
        let isAlone = atWork.begin(conversation)
        defer { atWork.end(conversation) }
        // Where memory is bounded, what is not known here may not be read before there is room for it.
        let readsAhead =
            options.readsAhead && isAlone && !(offload.hasBoundedMemory && warm.position(of: conversation) == nil)
        let held =
            readsAhead
            ? try await takeAndRead(conversation) : HeldConversation(lease: try await leases.acquire(conversation))
        do {
            return try await leases.holding(held.lease) { _ in
                try await assistant.use { try await body($0, held) }
            }
        } catch let error as LeaseError where error.code == .lost {
            observer.leaseLost()
            throw error
        } catch let error as StoreError where error.code == .conflict {
            observer.lateWriterRefused()
            throw error
        }
    }

    /// Forgets what was kept for the next turns of an earlier model.
    package func forgetEarlierModels() { offload.release(warm.removeAll()) }

    /// Loads the conversation, changes it and stores what is new; once more where another writer came between.
    func update(
        _ held: HeldConversation, of assistant: Assistant,
        _ change: (inout Tracker, PolicyCache?) async throws -> Void
    ) async throws {
        do {
            try await updateOnce(held, of: assistant, change)
        } catch let error as StoreError where error.code == .conflict {
            observer.lateWriterRefused()
            logger.warning(
                "The conversation was changed from outside while a turn ran; the turn runs again",
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
                "A turn failed; nothing of it is stored",
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
        guard known == nil, ahead == nil else { return try await current(id, of: assistant, ahead, known) }
        return try await offload.reading { try await current(id, of: assistant, nil, nil) }
    }

    private func current(
        _ id: String, of assistant: Assistant, _ ahead: EarlyRead?, _ known: WarmConversation?
    ) async throws -> WarmConversation {
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
