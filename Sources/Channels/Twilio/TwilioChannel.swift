package import Assistant
import Cryptography
import Encodings
import ExactText
package import HTTPServer
import JSON
import Logging

/// Messages by Twilio: SMS, WhatsApp and the like.
package struct TwilioChannel: Channel {
    package let name = "twilio"
    private let output: TwilioOutput
    private let guardian: TwilioSignature?
    private let deduplicator: MessageDeduplicator

    /// - Throws: ``ChannelError`` where `account_sid`, `auth_token` or `twilio_number` are missing.
    init(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) {
        let token = try settings.required("auth_token")
        output = TwilioOutput(
            base: try settings.base("https://api.twilio.com"), account: try settings.required("account_sid"),
            token: token,
            number: try settings.text("twilio_number"), platform: PlatformClient(context, channel: name))
        guardian = try TwilioSignature(settings, token: token)
        deduplicator = MessageDeduplicator(name, context)
    }

    package var routes: [Route] { [healthRoute, webhook { try await respond($0.request) }] }

    package var outgoing: (any OutputChannel)? { output }

    private func respond(_ request: HTTPRequest) async throws -> HTTPResponse {
        let form = Form(request)
        try guardian?.check(request, form)
        guard let sender = form["From"], let text = TwilioChannel.text(of: form) else {
            deduplicator.logger.debug("A request has no sender or no text")
            return HTTPResponse(status: .noContent)
        }
        try await deduplicator.take(
            UserMessage(text: text, conversation: sender, inputChannel: name),
            id: form["MessageSid"] ?? form["SmsMessageSid"], reply: output)
        return HTTPResponse(status: .noContent)
    }

    private static func text(of form: Form) -> String? {
        if let latitude = form["Latitude"], let longitude = form["Longitude"] {
            return "/locationData{'Latitude': \(latitude),'Longitude': \(longitude)}"
        }
        // Some carriers make this of the sign @.
        return form["Body"]?.exact.replacing("¡", with: "@")
    }
}

/// Checks that requests come from Twilio. It signs the address by which it calls, which a server behind a proxy does
/// not know: requests are checked where the credentials name that address by `webhook_url`.
struct TwilioSignature: Sendable {
    /// Where Twilio calls, also where a proxy has another path for it than the server.
    let address: String
    private let token: String

    /// Nil where the credentials name no address.
    init?(_ settings: ChannelSettings, token: String) throws(ChannelError) {
        guard let address = try settings.text("webhook_url") else { return nil }
        self.address = address
        self.token = token
    }

    /// - Throws: `APIError` where the signature is missing or wrong.
    func check(_ request: HTTPRequest, _ form: Form) throws(APIError) {
        let pairs = Set<ExactString>(form.fields.map { "\($0.name)\u{0}\($0.value)" })
        let sorted = pairs.sorted()
        let text = address + sorted.map { $0.replacing("\u{0}", with: "") }.joined()
        let right = Base64.encode(Digest.sha1.code(of: Array(text.utf8), key: Array(token.utf8)))
        guard let given = request.fields["x-twilio-signature"], ConstantTime.isEqual(given, right) else {
            throw APIError(.forbidden, "NotSigned", "The request is not signed by Twilio for 'webhook_url'.")
        }
    }
}
