import ExactText
import JSON

/// Takes out of a response what no two servers have in common: times, ids, and the conversation's name.
struct ResponseMask {
    /// The name of the conversation on this server; nil where there is none.
    let conversation: String?

    /// Stands for what was taken out.
    static let time: JSON = "(time)"
    static let id = "(id)"

    /// Members that are times or ids, whatever they hold, unless it is nothing.
    private static let times: Set<ExactString> = ["timestamp", "latest_event_time", "date_time", "scheduled_at"]
    private static let ids: Set<ExactString> = ["message_id", "model_file"]
    /// Members that name the model, which older versions do not have.
    private static let models: Set<ExactString> = ["model_id", "assistant_id"]

    func masked(_ value: JSON) -> JSON {
        switch value {
        case .string(let text): return .string(masked(text))
        case .array(let elements): return .array(elements.map(masked))
        case .object(let members):
            var kept: JSONObject = [:]
            for (name, value) in members where !Self.models.contains(name) {
                switch value {
                case .null: kept[name] = value
                case _ where Self.times.contains(name): kept[name] = Self.time
                case _ where Self.ids.contains(name): kept[name] = .string(Self.id)
                default: kept[name] = masked(value)
                }
            }
            return .object(kept)
        default: return value
        }
    }

    private func masked(_ text: String) -> String {
        var text = text
        if let conversation, !conversation.isEmpty { text = text.exact.replacing(conversation, with: "(conversation)") }
        return text.utf8.count < 32 ? text : RandomIDs.masked(text, by: Self.id)
    }
}
