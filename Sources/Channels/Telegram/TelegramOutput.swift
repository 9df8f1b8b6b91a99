import Assistant
import JSON
import Logging
import WebClient

/// Sends replies by the Bot API.
struct TelegramOutput: PlatformOutput {
    /// Which members of a custom payload mean which method, in the order in which they are looked for.
    private static let methods: [(members: [String], method: String)] = [
        (["text"], "sendMessage"), (["photo"], "sendPhoto"), (["audio"], "sendAudio"), (["document"], "sendDocument"),
        (["sticker"], "sendSticker"), (["video"], "sendVideo"), (["video_note"], "sendVideoNote"),
        (["animation"], "sendAnimation"), (["voice"], "sendVoice"), (["media"], "sendMediaGroup"),
        (["latitude", "longitude", "title", "address"], "sendVenue"), (["latitude", "longitude"], "sendLocation"),
        (["phone_number", "first_name"], "sendContact"), (["game_short_name"], "sendGame"),
        (["action"], "sendChatAction"),
        (["title", "description", "payload", "provider_token", "currency", "prices"], "sendInvoice"),
    ]

    let base: String
    let token: String
    let platform: PlatformClient

    var channelName: String { "telegram" }

    /// Calls a method of the Bot API.
    ///
    /// - Returns: Its result; nil where the platform did not do it, which is logged.
    @discardableResult
    func call(_ method: String, _ parameters: JSONObject) async -> JSON? {
        guard let response = await platform.post(.object(parameters), to: "\(base)/bot\(token)/\(method)") else {
            return nil
        }
        guard let said = try? JSON(parsing: response.body), said["ok"]?.bool == true else {
            platform.logger.error("Telegram refused a call", metadata: ["method": "\(method)"])
            return nil
        }
        return said["result"] ?? .null
    }

    func post(_ paragraph: String, to recipient: String) async {
        await call("sendMessage", ["chat_id": .string(recipient), "text": .string(paragraph)])
    }

    func sendImage(_ address: String, to recipient: String) async {
        await call("sendPhoto", ["chat_id": .string(recipient), "photo": .string(address)])
    }

    func sendButtons(_ buttons: [JSON], below text: String, to recipient: String, metadata: JSONObject) async {
        func inline(_ button: JSON) -> JSON {
            let title = button["title"] ?? ""
            if let link = button.link { return ["text": title, "url": link] }
            return ["text": title, "callback_data": button["payload"] ?? ""]
        }
        func key(_ button: JSON) -> JSON { ["text": button["title"] ?? ""] }
        let markup: JSON
        switch metadata["button_type"]?.string ?? "inline" {
        case "inline": markup = ["inline_keyboard": [.array(buttons.map(inline))]]
        case "vertical": markup = ["inline_keyboard": .array(buttons.map { [inline($0)] })]
        case "reply":
            let rows = buttons.map { row in JSON.array((row.array ?? [row]).map(key)) }
            markup = ["keyboard": .array(rows), "resize_keyboard": false, "one_time_keyboard": true]
        case let type:
            platform.logger.error("A 'button_type' is unknown", metadata: ["button_type": "\(type)"])
            return
        }
        await call(
            "sendMessage", ["chat_id": .string(recipient), "text": .string(text), "reply_markup": markup])
    }

    func sendCustom(_ payload: JSON, to recipient: String) async {
        guard var rest = payload.object else { return await sendText(payload.text(.python), to: recipient) }
        let chat = rest.removeValue(forKey: "chat_id") ?? .string(recipient)
        for (members, method) in TelegramOutput.methods
        where members.allSatisfy({ !(rest[$0] ?? .null).isNull }) {
            var parameters: JSONObject = ["chat_id": chat]
            for (name, value) in rest { parameters[name] = value }
            await call(method, parameters)
            for name in members { rest[name] = nil }
        }
    }
}
