import Assistant
import Channels
import JSON

/// Sends replies to the room that bears the conversation's name.
struct SocketIOOutput: PlatformOutput {
    let hub: EngineHub
    let event: String
    let namespace: String

    var channelName: String { "socketio" }

    private func send(_ content: JSON, to room: String) {
        let packet = SocketPacket(.event, namespace: namespace, data: [.string(event), content])
        hub.send(packet.text, to: room)
    }

    func post(_ paragraph: String, to recipient: String) async {
        send(["text": .string(paragraph)], to: recipient)
    }

    func sendImage(_ address: String, to recipient: String) async {
        send(["attachment": ["type": "image", "payload": ["src": .string(address)]]], to: recipient)
    }

    func sendAttachment(_ attachment: JSON, to recipient: String) async {
        send(["attachment": attachment], to: recipient)
    }

    /// The buttons go with the last paragraph.
    func sendButtons(_ buttons: [JSON], below text: String, to recipient: String, metadata: JSONObject) async {
        let replies = buttons.map { button -> JSON in
            ["content_type": "text", "title": button["title"] ?? "", "payload": button["payload"] ?? ""]
        }
        let paragraphs = BotMessage.paragraphs(of: text)
        for (index, paragraph) in paragraphs.enumerated() {
            let shown: JSON = index == paragraphs.count - 1 ? .array(replies) : []
            send(["text": .string(paragraph), "quick_replies": shown], to: recipient)
        }
    }

    func sendElements(_ elements: JSON, to recipient: String) async {
        for element in elements.array ?? [] {
            send(
                [
                    "attachment": [
                        "type": "template", "payload": ["template_type": "generic", "elements": element],
                    ]
                ], to: recipient)
        }
    }

    /// A payload names its content by `data` and may name its `room`; one without `data` goes out as it is.
    func sendCustom(_ payload: JSON, to recipient: String) async {
        guard let content = payload["data"] else { return send(payload, to: recipient) }
        send(content, to: payload["room"]?.string ?? recipient)
    }
}
