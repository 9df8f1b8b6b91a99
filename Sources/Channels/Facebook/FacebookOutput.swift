import Assistant
import Dialogue
import Encodings
import JSON
import Logging
import PythonSemantics
import WebClient

/// Sends replies through the page's Send API.
struct FacebookOutput: PlatformOutput {
    /// The platform takes no more in one message.
    private static let maxButtons = 3
    private static let maxQuickReplies = 13

    let base: String
    let token: String
    let platform: PlatformClient

    var channelName: String { "facebook" }

    private var address: String { "\(base)/me/messages?access_token=\(Percent.encode(token))" }

    private func send(_ message: JSON, to recipient: String) async {
        await platform.post(
            [
                "messaging_type": "RESPONSE", "notification_type": "REGULAR", "recipient": ["id": .string(recipient)],
                "message": message,
            ], to: address)
    }

    /// Shows the user a sign, such as `typing_on`. The turn is not held up for one that does not get through.
    func act(_ action: String, for recipient: String) async {
        await platform.post(
            ["recipient": ["id": .string(recipient)], "sender_action": .string(action)], to: address, attempts: 1)
    }

    func post(_ paragraph: String, to recipient: String) async {
        await send(["text": .string(paragraph)], to: recipient)
    }

    func sendImage(_ address: String, to recipient: String) async {
        await send(["attachment": ["type": "image", "payload": ["url": .string(address)]]], to: recipient)
    }

    func sendButtons(_ buttons: [JSON], below text: String, to recipient: String, metadata: JSONObject) async {
        guard buttons.count <= FacebookOutput.maxButtons else {
            platform.logger.warning("Messenger shows three buttons at most; the text is sent without")
            return await sendText(text, to: recipient)
        }
        await sendTemplate(
            [
                "template_type": "button", "text": .string(text),
                "buttons": .array(buttons.map { $0.settingDefault("type", "postback") }),
            ], to: recipient)
    }

    func sendQuickReplies(_ replies: [JSON], below text: String, to recipient: String, metadata: JSONObject) async {
        let shown = replies.prefix(FacebookOutput.maxQuickReplies).map { reply -> JSON in
            var members: JSONObject = ["content_type": reply["content_type"] ?? "text"]
            for name in ["title", "payload", "image_url"] { members[name] = reply[name] }
            return .object(members)
        }
        await send(["text": .string(text), "quick_replies": .array(Array(shown))], to: recipient)
    }

    func sendElements(_ elements: JSON, to recipient: String) async {
        let cards = (elements.array ?? []).map { element -> JSON in
            guard case .object(var members) = element, let buttons = members["buttons"]?.array else { return element }
            members["buttons"] = .array(buttons.map { $0.settingDefault("type", "postback") })
            return .object(members)
        }
        await sendTemplate(["template_type": "generic", "elements": .array(cards)], to: recipient)
    }

    /// The payload goes out as it is; a `sender` in it names another recipient.
    func sendCustom(_ payload: JSON, to recipient: String) async {
        var recipient = recipient
        var payload = payload
        func takeSender(_ value: JSON) -> JSON {
            guard case .object(var members) = value, let sender = members.removeValue(forKey: "sender") else {
                return value
            }
            recipient = sender["id"]?.pythonText ?? recipient
            return .object(members)
        }
        if case .array(var parts) = payload, let index = parts.firstIndex(where: { $0["sender"] != nil }) {
            parts[index] = takeSender(parts[index])
            payload = .array(parts)
        } else {
            payload = takeSender(payload)
        }
        await send(payload, to: recipient)
    }

    private func sendTemplate(_ template: JSON, to recipient: String) async {
        await send(["attachment": ["type": "template", "payload": template]], to: recipient)
    }
}
