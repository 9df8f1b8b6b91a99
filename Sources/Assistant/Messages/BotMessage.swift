package import Dialogue
package import JSON
import PythonSemantics

/// A message to the user, whole, before a channel takes it apart into what it can show.
package struct BotMessage: Sendable, Hashable {
    /// The conversation.
    package let recipient: String
    package let text: String?
    /// Buttons, pictures and the rest by Rasa's names (`buttons`, `image`, …); `null` or absent where there are none.
    package let data: JSONObject
    /// What else is known of the message, such as `utter_action`.
    package let metadata: JSONObject

    package init(_ message: BotUttered, metadata: JSONObject, recipient: String) {
        self.recipient = recipient
        text = message.text
        var data = message.data
        // The event repeats a picture as attachment; shown to the user it comes once.
        if data["image"] ?? .null == data["attachment"] ?? .null { data["attachment"] = .null }
        self.data = data
        self.metadata = metadata
    }

    /// A part of the reply; nil where there is none, or an empty one.
    package func part(_ name: String) -> JSON? {
        guard let value = data[name], value.isPythonTrue else { return nil }
        return value
    }

    /// The reply as the messages that channels without a form of their own respond with: text, buttons, image,
    /// attachment and custom payload, each beside the recipient. A blank line in a plain text begins a new message.
    package var messages: [JSON] {
        var messages: [JSON] = []
        func add(_ parts: (String, JSON)...) {
            var message: JSONObject = ["recipient_id": .string(recipient)]
            for (name, value) in parts where !value.isNull { message[name] = value }
            messages.append(.object(message))
        }
        if let replies = part("quick_replies") ?? part("buttons") {
            add(("text", .text(text)), ("buttons", replies))
        } else if let text, !text.isEmpty {
            for paragraph in BotMessage.paragraphs(of: text) { add(("text", .string(paragraph))) }
        }
        for name in ["custom", "image", "attachment"] {
            if let value = part(name) { add((name, value)) }
        }
        for element in part("elements")?.array ?? [] {
            let title = (element["title"] ?? "").pythonText
            let subtitle = (element["subtitle"] ?? "").pythonText
            add(("text", .string("\(title) : \(subtitle)")), ("buttons", element["buttons"] ?? []))
        }
        return messages
    }

    /// The parts of a text between blank lines, as Python's `split("\n\n")` cuts.
    package static func paragraphs(of text: String) -> [String] {
        let bytes = Array(UserMessage.trimmed(text).utf8)
        var paragraphs: [String] = []
        var start = 0
        var at = 0
        while at + 1 < bytes.count {
            if bytes[at] == UInt8(ascii: "\n"), bytes[at + 1] == UInt8(ascii: "\n") {
                paragraphs.append(String(decoding: bytes[start..<at], as: UTF8.self))
                at += 2
                start = at
            } else {
                at += 1
            }
        }
        return paragraphs + [String(decoding: bytes[start...], as: UTF8.self)]
    }
}
