import JSON

extension Event {
    /// About how many bytes of memory the event takes. Small ones count for as much as a usual one, so that the number
    /// of events is bounded by a bound of the weight, too.
    package var weight: Int {
        let content =
            switch body {
            case .user(let message): (message.text?.utf8.count ?? 0) + message.parseData.weight
            case .bot(let message): (message.text?.utf8.count ?? 0) + JSON.object(message.data).weight
            case .agent(let message): (message.text?.utf8.count ?? 0) + message.data.weight
            case .slot(let slot): slot.value.weight
            case .entities(let added): JSON.array(added.entities).weight
            case .reminder(let reminder): reminder.entities.weight
            default: 0
            }
        return max(4096, content + JSON.object(metadata).weight)
    }
}

extension Sequence<Event> {
    /// About how many bytes of memory the events take.
    package var weight: Int { reduce(0) { $0 + $1.weight } }
}

extension JSON {
    /// About how many bytes of memory the value takes.
    fileprivate var weight: Int {
        switch self {
        case .null, .bool, .int, .double: 32
        case .largeInteger(let value): 32 + value.description.utf8.count
        case .string(let text): 32 + text.utf8.count
        case .array(let elements): elements.reduce(64) { $0 + $1.weight }
        case .object(let members): members.reduce(128) { $0 + 32 + $1.key.utf8.count + $1.value.weight }
        }
    }
}
