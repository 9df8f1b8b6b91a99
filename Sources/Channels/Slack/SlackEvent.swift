import Dialogue
import ExactText
import JSON
import PythonSemantics

enum SlackEvent {
    /// Whether an event is what a person wrote.
    static func isMessage(_ event: JSON) -> Bool {
        guard let type = event["type"]?.string, type == "message" || type == "app_mention" else { return false }
        return event["text"]?.string?.isEmpty == false && event["bot_id"]?.isPythonTrue != true
    }

    /// What was chosen in an interactive component; nil where it is of an unknown kind or has no value.
    static func value(of action: JSON, type: String) -> String? {
        switch type {
        case "button": action["value"]?.string
        case "select": action["selected_options"]?.array?.first?["value"]?.string
        case "static_select", "external_select", "overflow": action["selected_option"]?["value"]?.string
        case "conversations_select": action["selected_conversation"]?.string
        case "users_select": action["selected_user"]?.string
        case "channels_select": action["selected_channel"]?.string
        case "datepicker": action["selected_date"]?.string
        default: nil
        }
    }

    /// The text without mentions of these users, and with links as they were typed.
    static func cleaned(_ text: String, mentions users: [String]) -> String {
        var text = text
        for user in users { text = withoutMention("<@\(user)>", text) }
        text = text.replacing(#/<(?:mailto|https?):\/\/.*?\|(?<shown>.*?)>/#.matchingSemantics(.unicodeScalar)) {
            match in
            String(match.output.shown.unicodeScalars.prefix { $0 != "|" })
        }
        return text
    }

    /// A mention goes with the space behind it, else with the one before it, else it leaves one.
    private static func withoutMention(_ mention: String, _ text: String) -> String {
        let parts = text.exact.components(separatedBy: mention).map { String($0).unicodeScalars }
        var result = parts[0]
        for part in parts.dropFirst() {
            if part.first?.properties.isWhitespace == true {
                result += part.dropFirst()
            } else if result.last?.properties.isWhitespace == true {
                result.removeLast()
                result += part
            } else {
                result.append(" ")
                result += part
            }
        }
        return String(result)
    }
}
