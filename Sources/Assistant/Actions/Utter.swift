import Dialogue
import ExactText
import JSON
import Logging
import PythonSemantics

struct Utter: Action {
    let name: String
    /// The response's name; another than the action's for default actions and response selectors.
    let response: String
    /// Whether a missing response is as it should be.
    var isOptional = false
    let logger: Logger

    func run(_ context: ActionContext) async throws -> [Event] {
        let made = try await context.responses.generate(
            ResponseRequest(
                response: response, variations: context.domain.responses[response] ?? [], tracker: context.tracker,
                channel: context.channelName))
        guard var made else {
            if !isOptional {
                logger.error(
                    "No variation of the response fits; nothing is sent",
                    metadata: ["response": "\(response)", "channel": "\(context.channelName)"])
            }
            return []
        }
        made["utter_action"] = .string(response)
        return [Event.utterance(made)]
    }
}

/// Says a text that a policy predicted end to end.
struct SayText: Action {
    let text: String

    var name: String { text }

    func run(_ context: ActionContext) async throws -> [Event] {
        [Event.utterance(["text": .string(text)])]
    }

    func executed(_ choice: ActionChoice) -> ActionExecuted {
        ActionExecuted(
            name: nil, policy: choice.policy, confidence: choice.confidence, actionText: text,
            hideRuleTurn: choice.hideRuleTurn)
    }
}

/// Says a response of the domain, if there is one, and adds events.
struct UtterAnd: Action {
    let name: String
    private let utterance: Utter
    private let events: [Event.Body]

    init(name: String, response: String, _ events: [Event.Body], _ logger: Logger) {
        self.name = name
        self.events = events
        utterance = Utter(name: name, response: response, isOptional: true, logger: logger)
    }

    func run(_ context: ActionContext) async throws -> [Event] {
        try await utterance.run(context) + events.map { Event($0) }
    }
}

/// Says what the response selector chose for the last message.
struct RetrieveResponse: Action {
    let name: String
    let intent: String
    let logger: Logger

    /// The retrieval intent of an action: `faq` of `utter_faq`.
    static func intent(of action: String) -> String? {
        action.exact.removingPrefix("utter_").flatMap { $0.exact.components(separatedBy: "utter_").first }
            .map(String.init)
    }

    func run(_ context: ActionContext) async throws -> [Event] {
        guard let selectors = context.tracker.latestMessage.parseData["response_selector"] else {
            throw ActionError(
                .missingInformation,
                "no response selector looked at the last message; it was sent as an intent or has none in its pipeline")
        }
        guard let selected = selectors[intent] ?? selectors["default"] else {
            logger.error(
                "No response selector has a response for the intent; nothing is sent", metadata: ["action": "\(name)"])
            return []
        }
        guard let response = selected["response"]?["utter_action"]?.string else {
            throw ActionError(.missingInformation, "the response selector named no response")
        }
        return try await Utter(name: name, response: response, logger: logger).run(context)
    }
}

extension Event {
    /// The event of a message to the user from a response as the domain writes one: what is no part of a message
    /// becomes metadata.
    static func utterance(_ response: JSONObject) -> Event {
        var rest = response
        let text = rest.removeValue(forKey: "text") ?? .null
        var data: JSONObject = [:]
        for part in ["elements", "quick_replies", "buttons", "attachment", "image", "custom"] {
            data[part] = rest.removeValue(forKey: part) ?? .null
        }
        // Rasa shows a picture as attachment too where there is no other.
        if data["attachment"]?.isPythonTrue != true { data["attachment"] = data["image"] }
        return Event(
            .bot(BotUttered(text: text.isNull ? nil : text.pythonText, data: data)), metadata: rest)
    }
}
