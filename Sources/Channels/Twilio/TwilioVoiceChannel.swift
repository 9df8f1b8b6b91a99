import Assistant
import Dialogue
package import HTTPServer
import JSON
import Logging

/// Phone calls by Twilio: what was understood comes as text, the replies are answered as TwiML to be read out.
package struct TwilioVoiceChannel: Channel {
    package let name = "twilio_voice"
    private let settings: TwilioVoiceSettings
    private let guardian: TwilioSignature?
    private let context: ChannelContext
    private let logger = Logger(label: "parley.channel.twilio_voice")

    /// - Throws: ``ChannelError`` where a voice or model is not known.
    init(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) {
        self.settings = try TwilioVoiceSettings(settings)
        guardian =
            try settings.text("webhook_url") == nil
            ? nil : try TwilioSignature(settings, token: try settings.required("auth_token"))
        self.context = context
    }

    package var routes: [Route] { [healthRoute, webhook { try await respond($0.request) }] }

    private func respond(_ request: HTTPRequest) async throws -> HTTPResponse {
        let form = Form(request)
        try guardian?.check(request, form)
        let caller = form["From"]
        let said = form["SpeechResult"] ?? (form["CallStatus"] == "ringing" ? settings.initialPrompt : nil)
        let lines: [String]
        if let said {
            let message = UserMessage(text: said, conversation: caller, inputChannel: name)
            do {
                lines = try await context.service.handle(message, channelName: name).flatMap(spoken)
            } catch let error as ConversationError {
                logger.error("A call could not be handled", metadata: ["error": "\(error)"])
                lines = []
            }
        } else {
            lines = [try await lastWords(to: caller) ?? settings.repromptPhrase]
        }
        return HTTPResponse(
            status: .ok, contentType: "text/xml",
            body: .bytes(Array(TwiML(settings, action: guardian?.address ?? "\(prefix)/webhook").response(lines).utf8)))
    }

    /// What was said last to a caller, who is asked the same again.
    private func lastWords(to caller: String?) async throws -> String? {
        guard let caller, context.service.modelInUse != nil else { return nil }
        for event in try await context.service.storedTracker(of: caller)?.events.reversed() ?? [] {
            if case .bot(let words) = event.body { return words.text }
        }
        return nil
    }

    /// Texts and the titles of buttons; what cannot be said is left out.
    private func spoken(_ reply: BotMessage) -> [String] {
        var lines: [String] = []
        if let buttons = reply.part("quick_replies")?.array ?? reply.part("buttons")?.array {
            lines = [reply.text ?? ""] + buttons.map { $0.pythonText("title") }
        } else if let text = reply.text, !text.isEmpty {
            lines = BotMessage.paragraphs(of: text)
        }
        for element in reply.part("elements")?.array ?? [] {
            lines.append("\(element.pythonText("title")) : \(element.pythonText("subtitle"))")
            lines += (element["buttons"]?.array ?? []).map { $0.pythonText("title") }
        }
        let silent = ["image", "attachment", "custom"].filter { reply.part($0) != nil }
        if !silent.isEmpty {
            logger.warning("Parts of a response cannot be spoken", metadata: ["parts": "\(silent)"])
        }
        return lines
    }
}
