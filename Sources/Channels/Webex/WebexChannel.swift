package import Assistant
import Cryptography
import Encodings
import ExactText
package import HTTPServer
import JSON
import Logging
import Synchronization
import WebClient

/// Cisco Webex: the platform tells that there is a message, and is asked for it.
package final class WebexChannel: Channel {
    package let name = "webexteams"
    private let secret: String?
    private let output: WebexOutput
    private let deduplicator: MessageDeduplicator
    private let ownID = Mutex<String?>(nil)

    /// - Throws: ``ChannelError`` where `access_token` is missing.
    init(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) {
        secret = try settings.text("secret")
        output = WebexOutput(
            base: try settings.base("https://webexapis.com/v1"), token: try settings.required("access_token"),
            room: try settings.text("room"), platform: PlatformClient(context, channel: "webexteams"))
        deduplicator = MessageDeduplicator("webexteams", context)
    }

    /// The health route and the webhook.
    package var routes: [Route] { [healthRoute, webhook { try await self.respond($0.request) }] }

    /// Sends to the configured room, or to rooms by their ids.
    package var outgoing: (any OutputChannel)? { output }

    private func respond(_ request: HTTPRequest) async throws -> HTTPResponse {
        try checkSignature(request)
        guard let id = try request.jsonObject()["data"]?["id"]?.string else {
            throw APIError.badRequest("The body has no 'data' with the 'id' of a message.")
        }
        guard let message = await output.get("messages/\(Percent.encode(id))") else { throw WebexChannel.noResponse }
        guard !message.isNull else { throw APIError.badRequest("Webex has no message of this 'id'.") }
        guard let own = await askOwnID() else { throw WebexChannel.noResponse }
        // Without this the bot would talk to itself.
        if message["personId"]?.string?.exact == own.exact { return .text("OK") }
        guard let text = message["text"]?.string else { return .text("") }
        try await deduplicator.take(
            UserMessage(text: text, conversation: message["roomId"]?.string, inputChannel: name), id: id, reply: output)
        return .text("")
    }

    private static let noResponse = APIError.unavailable(
        "PlatformUnavailable", "Webex does not provide the message.", retryAfter: 5)

    /// The signature is checked where the credentials have the webhook's `secret`.
    private func checkSignature(_ request: HTTPRequest) throws(APIError) {
        guard let secret else { return }
        let right = Hexadecimal.text(Digest.sha1.code(of: request.bytes, key: Array(secret.utf8)))
        guard let given = request.fields["x-spark-signature"], ConstantTime.isEqual(given.lowercased(), right) else {
            throw APIError(.forbidden, "NotSigned", "The request is not signed with the webhook's secret.")
        }
    }

    private func askOwnID() async -> String? {
        if let known = ownID.withLock({ $0 }) { return known }
        let id = await output.get("people/me")?["id"]?.string
        ownID.withLock { $0 = id }
        return id
    }
}
