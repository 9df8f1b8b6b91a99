package import Assistant
import Leases
package import Logging
import WebClient

/// Where a platform's messages come in: drops those that came before, and has the others answered.
package struct MessageDeduplicator: Sendable {
    package let channel: String
    package let context: ChannelContext
    package let logger: Logger

    package init(_ channel: String, _ context: ChannelContext) {
        self.channel = channel
        self.context = context
        logger = Logger(label: "parley.channel.\(channel)")
    }

    /// Runs a message's turn.
    ///
    /// A turn that fails by itself would fail again, so it is logged and counts as done, as in Rasa.
    ///
    /// - Parameters:
    ///   - id: The platform's id of the message, by which it is known again; nil where there is none.
    ///   - tellsRefusal: Whether a message that is too large is an error of the sender, who gets to know it.
    ///   - begin: What is to be done before the turn, but not for a message that came before.
    ///   - end: What is to be done after the turn, however it ended.
    /// - Throws: The lease's or the store's error. The message is forgotten then, so that the platform can repeat it.
    package func take(
        _ message: UserMessage, id: String?, reply output: some OutputChannel, tellsRefusal: Bool = false,
        begin: () async -> Void = {}, end: () async -> Void = {}
    ) async throws {
        if let id, await !context.recent.isNew(id, of: channel) {
            logger.debug("A repeated message was dropped", metadata: ["id": "\(id)"])
            return
        }
        await begin()
        do {
            try await context.service.handle(message, reply: output)
        } catch let error as ConversationError where !(tellsRefusal && error.code == .tooLarge) {
            logger.error(
                "A message could not be handled",
                metadata: ["conversation": "\(message.conversation)", "error": "\(error)"])
        } catch {
            await end()
            if let id { await context.recent.forget(id, of: channel) }
            throw error
        }
        await end()
        if let id { await context.recent.isDone(id, of: channel) }
    }

    /// The same after the response to the platform.
    ///
    /// - Parameters:
    ///   - bytes: The size of what the message came in.
    ///   - done: Called after the turn, if it has happened.
    /// - Returns: False where there is no room for it now: the message was not taken.
    package func takeLater(
        _ message: UserMessage, id: String?, bytes: Int, reply output: some OutputChannel,
        done: @escaping @Sendable () -> Void = {}, end: @escaping @Sendable () -> Void = {}
    ) -> Bool {
        context.background.begin(.init(conversation: message.conversation, bytes: bytes)) {
            do {
                try await takePatiently(message, id: id, reply: output)
                done()
            } catch {
                logger.error(
                    "A message could not be handled",
                    metadata: ["conversation": "\(message.conversation)", "error": "\(error)"])
            }
            end()
        }
    }

    /// Nobody repeats a message that was answered before its turn, so it waits where its conversation's queue is full.
    private func takePatiently(_ message: UserMessage, id: String?, reply output: some OutputChannel) async throws {
        for _ in 1..<Self.attempts {
            do {
                return try await take(message, id: id, reply: output)
            } catch let error as LeaseError where error.code == .tooManyWaiting {
                await context.httpClient.pause(.seconds(1))
            }
        }
        try await take(message, id: id, reply: output)
    }

    private static let attempts = 30
}
