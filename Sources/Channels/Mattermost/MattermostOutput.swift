import Assistant
import JSON

struct MattermostOutput: PlatformOutput {
    let base: String
    let token: String
    let channel: String?
    let webhook: String?
    let platform: PlatformClient

    var channelName: String { "mattermost" }

    /// The output for responses to a message from a channel.
    func replying(in channel: String?) -> MattermostOutput {
        MattermostOutput(base: base, token: token, channel: channel, webhook: webhook, platform: platform)
    }

    private func send(_ post: JSON) async {
        await platform.post(post, to: "\(base)/posts", headers: [("authorization", "Bearer \(token)")])
    }

    func post(_ paragraph: String, to recipient: String) async {
        await send(["channel_id": .text(channel), "message": .string(paragraph)])
    }

    func sendImage(_ address: String, to recipient: String) async {
        await send([
            "channel_id": .text(channel), "props": ["attachments": [["image_url": .string(address)]]],
        ])
    }

    func sendButtons(_ buttons: [JSON], below text: String, to recipient: String, metadata: JSONObject) async {
        let actions = buttons.map { button -> JSON in
            [
                "name": button["title"] ?? "",
                "integration": ["url": .text(webhook), "context": ["action": button["payload"] ?? ""]],
            ]
        }
        await send([
            "channel_id": .text(channel), "message": .string(text),
            "props": ["attachments": [["actions": .array(actions)]]],
        ])
    }

    func sendCustom(_ payload: JSON, to recipient: String) async {
        guard payload.object != nil else { return await sendText(payload.text(.python), to: recipient) }
        await send(payload.settingDefault("channel_id", .text(channel)).settingDefault("message", ""))
    }
}
