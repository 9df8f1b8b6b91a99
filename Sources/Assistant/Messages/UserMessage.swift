import Dialogue
package import JSON
import System

/// A message from a user as a channel hands it over.
package struct UserMessage: Sendable, Hashable {
    /// What the user wrote, without white space around it.
    package let text: String
    /// The `sender_id`.
    package let conversation: String
    /// The name of the channel, as the user event keeps it; nil for messages that came through no channel.
    package let inputChannel: String?
    /// What the channel says about the message; nil for nothing.
    package let metadata: JSONObject?
    package let messageID: String

    /// The conversation of messages that name no sender.
    package static let defaultConversation = "default"

    /// A message.
    ///
    /// - Parameters:
    ///   - conversation: The `sender_id`; nil for ``defaultConversation``.
    ///   - messageID: The channel's id of the message; nil makes one up.
    package init(
        text: String, conversation: String? = nil, inputChannel: String? = nil, metadata: JSONObject? = nil,
        messageID: String? = nil
    ) {
        self.text = UserMessage.trimmed(text)
        self.conversation = conversation ?? UserMessage.defaultConversation
        self.inputChannel = inputChannel
        self.metadata = metadata
        self.messageID = messageID ?? RandomID.hex()
    }

    /// The conversation that a name stands for; the empty one for ``defaultConversation``.
    static func conversation(named name: String) -> String { name.isEmpty ? defaultConversation : name }

    /// The text without white space around it, as Python's `strip` sees it.
    static func trimmed(_ text: String) -> String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
        }
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }
}
