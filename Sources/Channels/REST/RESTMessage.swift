import Assistant
import Dialogue
import HTTPServer
import JSON
import NIOCore
import PythonSemantics

/// The body of `POST /webhooks/rest/webhook`.
///
/// Rasa looks at no member's type: a sender of any type is shown as text, and what it cannot handle is answered by
/// `200 []` and lost. Here a message that is no text is refused.
struct RESTMessage: Sendable {
    let message: UserMessage
    /// False where `metadata` is neither an object nor empty. Rasa responds to such a message with `[]` and stores
    /// nothing.
    let canBeHandled: Bool

    /// - Parameter conversation: The conversation where the message does not say it itself.
    /// - Throws: `APIError` that says what is wrong with the body.
    init(_ body: ByteBuffer, channel: String, conversation: String? = nil) throws(APIError) {
        let body = try JSONObject(body: body)
        guard let text = body["message"]?.string else {
            throw .badMember("message", "a string")
        }
        let metadata = body["metadata"] ?? .null
        canBeHandled = metadata.object != nil || !metadata.isPythonTrue
        message = UserMessage(
            text: text, conversation: conversation ?? RESTMessage.sender(body["sender"]),
            inputChannel: RESTMessage.inputChannel(body["input_channel"]) ?? channel,
            metadata: metadata.isPythonTrue ? metadata.object : nil)
    }

    private static func sender(_ value: JSON?) -> String? {
        guard let value, !value.isNull, value != "" else { return nil }
        return value.pythonText
    }

    private static func inputChannel(_ value: JSON?) -> String? {
        guard let value, value.isPythonTrue else { return nil }
        return value.pythonText
    }
}
