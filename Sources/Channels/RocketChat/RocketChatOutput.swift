import Assistant
import JSON

/// Sends replies by `chat.postMessage` of Rocket.Chat.
struct RocketChatOutput: PlatformOutput {
    private let client: RocketChatClient

    init(_ client: RocketChatClient) { self.client = client }

    var channelName: String { "rocketchat" }

    private func send(_ text: String?, to room: String, attachments: JSON) async {
        var message: JSONObject = ["roomId": .string(room)]
        if let text, !text.isEmpty { message["text"] = .string(text) }
        message["attachments"] = attachments
        await client.post(.object(message))
    }

    func post(_ paragraph: String, to recipient: String) async {
        await client.post(["roomId": .string(recipient), "text": .string(paragraph)])
    }

    func sendImage(_ address: String, to recipient: String) async {
        await send(nil, to: recipient, attachments: [["image_url": .string(address), "collapsed": false]])
    }

    func sendAttachment(_ attachment: JSON, to recipient: String) async {
        await send(nil, to: recipient, attachments: [attachment])
    }

    func sendButtons(_ buttons: [JSON], below text: String, to recipient: String, metadata: JSONObject) async {
        let actions = buttons.map { button -> JSON in
            let title = button["title"] ?? ""
            if let link = button.link { return ["text": title, "url": link, "type": "button"] }
            return ["text": title, "msg": button["payload"] ?? "", "type": "button", "msg_in_chat_window": true]
        }
        await send(text, to: recipient, attachments: [["actions": .array(actions)]])
    }

    func sendElements(_ elements: JSON, to recipient: String) async {
        await send(nil, to: recipient, attachments: elements)
    }

    /// The payload goes out as it is, to its `channel`, its `room_id` or the user's room.
    func sendCustom(_ payload: JSON, to recipient: String) async {
        guard case .object(var message) = payload else { return await sendText(payload.text(.python), to: recipient) }
        let room = message.removeValue(forKey: "room_id")
        if message["channel"] == nil { message["roomId"] = room ?? .string(recipient) }
        await client.post(.object(message))
    }
}
