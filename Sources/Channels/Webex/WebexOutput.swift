import Assistant
import JSON
import WebClient

/// Sends replies by Webex' REST API.
struct WebexOutput: PlatformOutput {
    let base: String
    let token: String
    let room: String?
    let platform: PlatformClient

    var channelName: String { "webexteams" }

    private var authorization: [(name: String, value: String)] { [("authorization", "Bearer \(token)")] }

    /// Asks for a thing; null where Webex has none, nil where it does not respond, which is logged.
    func get(_ path: String) async -> JSON? {
        let call = OutboundHTTPClient.Call("GET", "\(base)/\(path)", headers: authorization)
        guard let response = await platform.send(call, handingBack: 404) else { return nil }
        return response.status == 404 ? .null : try? JSON(parsing: response.body)
    }

    private func send(_ message: JSON) async {
        await platform.post(message, to: "\(base)/messages", headers: authorization)
    }

    func post(_ paragraph: String, to recipient: String) async {
        await send(["roomId": .string(room ?? recipient), "text": .string(paragraph)])
    }

    func sendImage(_ address: String, to recipient: String) async {
        await send(["roomId": .string(room ?? recipient), "files": [.string(address)]])
    }

    func sendCustom(_ payload: JSON, to recipient: String) async {
        guard payload.object != nil else { return await sendText(payload.text(.python), to: recipient) }
        await send(payload.settingDefault("roomId", .string(recipient)))
    }
}
