import Assistant
import Encodings
import JSON

struct BotFrameworkOutput: PlatformOutput {
    private static let card: JSON = "application/vnd.microsoft.card.hero"

    /// The service that the message came from, with a slash at its end.
    let service: String
    /// The conversation at the platform.
    let room: String
    /// The bot as the platform knows it.
    let bot: JSON
    let client: BotFrameworkClient

    var channelName: String { "botframework" }

    private func post(activity: JSON) async {
        await client.send(activity, to: "\(service)v3/conversations/\(Percent.encode(room))/activities")
    }

    private func post(_ parts: JSONObject, to recipient: String) async {
        var activity: JSONObject = [
            "type": "message", "recipient": ["id": .string(recipient)], "from": bot,
            "channelData": ["notification": ["alert": "true"]], "text": "",
        ]
        for (name, value) in parts { activity[name] = value }
        await post(activity: .object(activity))
    }

    func post(_ paragraph: String, to recipient: String) async {
        await post(["text": .string(paragraph)], to: recipient)
    }

    func sendImage(_ address: String, to recipient: String) async {
        let content: JSON = ["images": [["url": .string(address)]]]
        await post(["attachments": [["contentType": Self.card, "content": content]]], to: recipient)
    }

    func sendButtons(_ buttons: [JSON], below text: String, to recipient: String, metadata: JSONObject) async {
        let content: JSON = ["subtitle": .string(text), "buttons": .array(buttons)]
        await post(["attachments": [["contentType": Self.card, "content": content]]], to: recipient)
    }

    func sendElements(_ elements: JSON, to recipient: String) async {
        for element in elements.array ?? [] { await post(element.object ?? [:], to: recipient) }
    }

    /// An activity of one's own, to which only what is missing is added.
    func sendCustom(_ payload: JSON, to recipient: String) async {
        guard payload.object != nil else { return await sendText(payload.text(.python), to: recipient) }
        let data = payload["channelData"] ?? [:]
        let notification = (data["notification"] ?? [:]).settingDefault("alert", "true")
        let target = (payload["recipient"] ?? [:]).settingDefault("id", .string(recipient))
        await post(
            activity:
                payload.settingDefault("type", "message").setting("recipient", target).settingDefault("from", bot)
                .setting("channelData", data.setting("notification", notification)).settingDefault("text", ""))
    }
}
