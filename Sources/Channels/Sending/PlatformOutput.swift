package import Assistant
import Dialogue
package import JSON
import PythonSemantics

/// A sink that takes replies apart into what a platform can show. Where a platform has nothing of its own for a part,
/// it is sent as text, as Rasa's `OutputChannel` does.
package protocol PlatformOutput: OutputChannel {
    func post(_ paragraph: String, to recipient: String) async
    func sendText(_ text: String, to recipient: String) async
    func sendImage(_ address: String, to recipient: String) async
    func sendAttachment(_ attachment: JSON, to recipient: String) async
    /// Sends a text with buttons.
    ///
    /// - Parameter metadata: What else the response says, such as `button_type`.
    func sendButtons(_ buttons: [JSON], below text: String, to recipient: String, metadata: JSONObject) async
    func sendQuickReplies(_ replies: [JSON], below text: String, to recipient: String, metadata: JSONObject) async
    /// Sends elements, such as cards.
    func sendElements(_ elements: JSON, to recipient: String) async
    /// Sends a payload of the platform's own form.
    func sendCustom(_ payload: JSON, to recipient: String) async
}

extension PlatformOutput {
    /// Sends a reply in the order of Rasa's `send_response`.
    package func send(_ reply: BotMessage) async {
        let recipient = reply.recipient
        if let replies = reply.part("quick_replies")?.array {
            await sendQuickReplies(replies, below: reply.text ?? "", to: recipient, metadata: reply.metadata)
        } else if let buttons = reply.part("buttons")?.array {
            await sendButtons(buttons, below: reply.text ?? "", to: recipient, metadata: reply.metadata)
        } else if let text = reply.text, !text.isEmpty {
            await sendText(text, to: recipient)
        }
        if let payload = reply.part("custom") { await sendCustom(payload, to: recipient) }
        if let image = reply.part("image") { await sendImage(image.pythonText, to: recipient) }
        if let attachment = reply.part("attachment") { await sendAttachment(attachment, to: recipient) }
        if let elements = reply.part("elements") { await sendElements(elements, to: recipient) }
    }

    package func sendText(_ text: String, to recipient: String) async {
        for paragraph in BotMessage.paragraphs(of: text) { await post(paragraph, to: recipient) }
    }

    package func sendImage(_ address: String, to recipient: String) async {
        await sendText("Image: \(address)", to: recipient)
    }

    package func sendAttachment(_ attachment: JSON, to recipient: String) async {
        await sendText("Attachment: \(attachment.pythonText)", to: recipient)
    }

    package func sendButtons(_ buttons: [JSON], below text: String, to recipient: String, metadata: JSONObject) async {
        await sendText(text, to: recipient)
        for (index, button) in buttons.enumerated() {
            await sendText(ButtonText.line(button, number: index + 1), to: recipient)
        }
    }

    package func sendQuickReplies(_ replies: [JSON], below text: String, to recipient: String, metadata: JSONObject)
        async
    {
        await sendButtons(replies, below: text, to: recipient, metadata: metadata)
    }

    package func sendElements(_ elements: JSON, to recipient: String) async {
        for element in elements.array ?? [] {
            let title = (element["title"] ?? "").pythonText
            let subtitle = (element["subtitle"] ?? "").pythonText
            await sendButtons(
                element["buttons"]?.array ?? [], below: "\(title) : \(subtitle)", to: recipient, metadata: [:])
        }
    }

    package func sendCustom(_ payload: JSON, to recipient: String) async {
        await sendText(payload.text(.python), to: recipient)
    }
}

/// Buttons for those who can only read.
package enum ButtonText {
    /// A button as one line: `1: Title (payload) - {"other": …}`.
    package static func line(_ button: JSON, number: Int) -> String {
        var rest = button.object ?? [:]
        let title = rest.removeValue(forKey: "title") ?? ""
        let payload = rest.removeValue(forKey: "payload").map { " (\($0.pythonText))" } ?? ""
        let details = rest.isEmpty ? "" : " - \(JSON.object(rest).text(.pythonSorted))"
        return "\(number): \(title.pythonText)\(payload)\(details)"
    }
}

extension JSON {
    /// Where a button leads that opens a page instead of saying something; nil for any other.
    package var link: JSON? { self["payload"] == nil ? self["url"] : nil }

    /// An object's member as text; empty where there is none.
    package func pythonText(_ name: String) -> String { (self[name] ?? "").pythonText }

    /// The object with a member where it has none of that name.
    package func settingDefault(_ name: String, _ value: JSON) -> JSON {
        guard case .object(var members) = self, members[name] == nil else { return self }
        members[name] = value
        return .object(members)
    }

    /// The object with a member of this value.
    package func setting(_ name: String, _ value: JSON) -> JSON {
        guard case .object(var members) = self else { return self }
        members[name] = value
        return .object(members)
    }
}
