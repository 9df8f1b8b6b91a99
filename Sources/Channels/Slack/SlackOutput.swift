import Assistant
import JSON
import Logging
import WebClient

/// Sends replies by `chat.postMessage`.
struct SlackOutput: PlatformOutput {
    /// More buttons in one block are not taken by Slack, says Rasa.
    private static let maxButtons = 5

    let base: String
    let token: String
    let channel: String?
    let thread: String?
    let platform: PlatformClient

    var channelName: String { "slack" }

    /// The output for responses to a message from a channel, in a thread or not.
    func replying(in channel: String?, thread: String?) -> SlackOutput {
        SlackOutput(
            base: base, token: token, channel: channel ?? self.channel, thread: thread, platform: platform)
    }

    private func send(_ message: JSONObject, to recipient: String) async {
        var body: JSONObject = ["channel": .string(channel ?? recipient), "as_user": true]
        for (name, value) in message { body[name] = value }
        if let thread { body["thread_ts"] = .string(thread) }
        let response = await platform.post(
            .object(body), to: "\(base)/chat.postMessage", headers: [("authorization", "Bearer \(token)")])
        // Slack says in the body that it refuses.
        if let response, let said = try? JSON(parsing: response.body), said["ok"]?.bool == false {
            platform.logger.error(
                "Slack refused a message", metadata: ["problem": "\(said["error"]?.string ?? "unknown")"])
        }
    }

    func post(_ paragraph: String, to recipient: String) async {
        await send(["text": .string(paragraph), "type": "mrkdwn"], to: recipient)
    }

    func sendImage(_ address: String, to recipient: String) async {
        let block: JSON = ["type": "image", "image_url": .string(address), "alt_text": .string(address)]
        await send(["text": .string(address), "blocks": [block]], to: recipient)
    }

    func sendAttachment(_ attachment: JSON, to recipient: String) async {
        await send(["attachments": [attachment]], to: recipient)
    }

    func sendButtons(_ buttons: [JSON], below text: String, to recipient: String, metadata: JSONObject) async {
        guard buttons.count <= SlackOutput.maxButtons else {
            platform.logger.warning("Slack shows five buttons at most; the text is sent without")
            return await sendText(text, to: recipient)
        }
        let elements = buttons.map { button -> JSON in
            var element: JSONObject = [
                "type": "button", "text": ["type": "plain_text", "text": button["title"] ?? ""],
            ]
            if let link = button.link { element["url"] = link } else { element["value"] = button["payload"] ?? "" }
            return .object(element)
        }
        await send(
            [
                "text": .string(text),
                "blocks": [
                    ["type": "section", "text": ["type": "plain_text", "text": .string(text)]],
                    ["type": "actions", "elements": .array(elements)],
                ],
            ], to: recipient)
    }

    func sendCustom(_ payload: JSON, to recipient: String) async {
        guard let message = payload.object else { return await sendText(payload.text(.python), to: recipient) }
        await send(message, to: recipient)
    }
}
