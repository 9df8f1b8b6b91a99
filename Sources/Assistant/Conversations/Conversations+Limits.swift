import Dialogue
import Offloading
import Stores

// What is too much, and what is too much to be done at once.
extension Conversations {
    /// - Throws: ``ConversationError`` with `.tooLarge` for a text that is longer than messages may be.
    func check(_ text: String) throws(ConversationError) {
        let limit = options.maxMessageLength
        guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return }
        throw ConversationError(
            .tooLarge, "The message is longer than \(limit) characters, which are allowed (--max-message-length).")
    }

    /// What so many events ask for is done at once: it takes some milliseconds.
    static let shortEvents = 256

    /// The tracker of a conversation as it is stored.
    func tracker(_ stored: StoredConversation?, of conversation: String, _ assistant: Assistant) async throws -> Tracker
    {
        let events = stored?.events ?? []
        return try await offload.run(if: events.count > Self.shortEvents) {
            assistant.tracker(conversation: conversation, events: events)
        }
    }
}
