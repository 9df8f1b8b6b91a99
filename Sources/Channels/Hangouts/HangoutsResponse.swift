import Assistant
import Dialogue
import JSON
import Logging
import PythonSemantics

/// One response from several replies: a text as long as all are texts, else cards.
struct HangoutsResponse {
    private enum Content {
        case nothing
        case text(String)
        case cards([JSON])
        case custom(JSON)
    }

    let logger: Logger
    private var content = Content.nothing

    init(logger: Logger) { self.logger = logger }

    var json: JSON {
        switch content {
        case .nothing: [:]
        case .text(let text): ["text": .string(text)]
        case .cards(let cards): ["cards": .array(cards)]
        case .custom(let payload): payload
        }
    }

    mutating func add(_ reply: BotMessage) {
        if let buttons = reply.part("quick_replies")?.array ?? reply.part("buttons")?.array {
            add(card: [HangoutsResponse.paragraph(reply.text ?? ""), HangoutsResponse.row(buttons)])
        } else if let text = reply.text, !text.isEmpty {
            add(text: text)
        }
        if let payload = reply.part("custom") { add(custom: payload) }
        if let image = reply.part("image") { add(card: [["image": ["imageUrl": image]]]) }
        if let attachment = reply.part("attachment") { add(text: attachment.pythonText) }
        if reply.part("elements") != nil { logger.warning("Hangouts shows no elements; they are left out") }
    }

    private mutating func add(text: String) {
        switch content {
        case .nothing: content = .text(text)
        case .text(let before): content = .text("\(before) \(text)")
        case .cards(let cards):
            content = .cards(cards + [HangoutsResponse.card([HangoutsResponse.paragraph(text)])])
        case .custom(let payload): combine(payload, [HangoutsResponse.card([HangoutsResponse.paragraph(text)])])
        }
    }

    private mutating func add(card widgets: [JSON]) { add(cards: [HangoutsResponse.card(widgets)]) }

    private mutating func add(cards: [JSON]) {
        switch content {
        case .nothing: content = .cards(cards)
        case .text(let before):
            content = .cards([HangoutsResponse.card([HangoutsResponse.paragraph(before)])] + cards)
        case .cards(let before): content = .cards(before + cards)
        case .custom(let payload): combine(payload, cards)
        }
    }

    /// A payload of the platform's own form stays as it is when it comes alone.
    private mutating func add(custom payload: JSON) {
        if let text = payload["text"]?.string, !text.isEmpty {
            if case .nothing = content { content = .custom(payload) } else { add(text: text) }
        } else if let cards = payload["cards"]?.array {
            if case .nothing = content { content = .custom(payload) } else { add(cards: cards) }
        } else {
            logger.error("A custom payload for Hangouts needs 'text' or 'cards'; it is left out")
        }
    }

    private mutating func combine(_ payload: JSON, _ cards: [JSON]) {
        let before =
            payload["cards"]?.array ?? [
                HangoutsResponse.card([HangoutsResponse.paragraph(payload.pythonText("text"))])
            ]
        content = .cards(before + cards)
    }

    private static func card(_ widgets: [JSON]) -> JSON { ["sections": [["widgets": .array(widgets)]]] }

    private static func paragraph(_ text: String) -> JSON { ["textParagraph": ["text": .string(text)]] }

    private static func row(_ buttons: [JSON]) -> JSON {
        let shown = buttons.map { button -> JSON in
            let action: JSON =
                button.link.map { ["openLink": ["url": $0]] }
                ?? ["action": ["actionMethodName": button["payload"] ?? ""]]
            return ["textButton": ["text": button["title"] ?? "", "onClick": action]]
        }
        return ["buttons": .array(shown)]
    }
}
