import Assistant
import Dialogue
import Encodings
import ExactText
import JSON
import PythonSemantics

/// Sends replies by Twilio's REST API.
struct TwilioOutput: PlatformOutput {
    let base: String
    let account: String
    let token: String
    let number: String?
    let platform: PlatformClient

    var channelName: String { "twilio" }

    private func send(_ fields: [(name: String, value: String)]) async {
        let credentials = Base64.encode(Array("\(account):\(token)".utf8))
        await platform.post(
            form: fields, to: "\(base)/2010-04-01/Accounts/\(account)/Messages.json",
            headers: [("authorization", "Basic \(credentials)")])
    }

    private func addressed(to recipient: String) -> [(name: String, value: String)] {
        [("To", recipient), ("From", number ?? "")]
    }

    func post(_ paragraph: String, to recipient: String) async {
        await send(addressed(to: recipient) + [("Body", paragraph)])
    }

    func sendImage(_ address: String, to recipient: String) async {
        await send(addressed(to: recipient) + [("MediaUrl", address)])
    }

    /// The members of the payload are parameters of Twilio's Python client: `media_url` is `MediaUrl` for the platform.
    func sendCustom(_ payload: JSON, to recipient: String) async {
        guard case .object(var members) = payload else { return await sendText(payload.text(.python), to: recipient) }
        if members["to"] == nil { members["to"] = .string(recipient) }
        if members["media_url"]?.isPythonTrue != true, members["body"] == nil { members["body"] = "" }
        if members["messaging_service_sid"]?.isPythonTrue != true, members["from_"] == nil {
            members["from_"] = .text(number)
        }
        await send(
            members.flatMap { name, value in
                (value.array ?? [value]).filter { !$0.isNull }.map { (TwilioOutput.parameter(name), $0.pythonText) }
            })
    }

    private static func parameter(_ name: String) -> String {
        name.exact.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
