import Dialogue
import ExactText

/// A stored conversation, played again: what its user said.
enum StoredConversationPlay {
    /// How many messages of a conversation are played.
    static let maxMessages = 200

    /// - Returns: nil for a conversation in which no user said anything.
    static func play(_ conversation: String, _ events: [Event]) -> Play? {
        let messages = events.lazy.compactMap(\.user).compactMap { message -> PlannedRequest? in
            guard let text = message.text, !text.isEmpty, !isExternal(text) else { return nil }
            return .message(text, intent: message.intentName)
        }
        let requests = Array(messages.prefix(maxMessages))
        guard !requests.isEmpty else { return nil }
        return Play(kind: .conversation, name: conversation, requests: requests)
    }

    /// Whether no user said this, but a reminder or another program: it has no form in which it can be said.
    private static func isExternal(_ text: String) -> Bool { text.exact.hasPrefix("EXTERNAL: ") }
}
